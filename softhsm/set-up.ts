import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { KEY_KINDS, keyLabel, type RegisteredKey } from '#libs/hsm';
import { makeKey } from '#libs/key-ceremony';
import { Cryptoki, type Handle, type KeyName, VENDOR_PROFILES, ckrText, keySpec } from '#libs/hsm/pkcs11';
import { softHsmConfiguration } from './configuration.js';
import { fingerprintsOf, keysFile } from './fingerprints.js';
import { asOfficer, asUser, tokenSlot, type OwnToken } from './officer-and-user.js';

const PROFILE = 'softhsm2';
/** Access tokens live for minutes, and every caller checks them: RFC 7518, section 3.3, requires 2048 bits or more. */
const TOKEN_SIGNING_BITS = 2048;

/** The first generation of every kind; the key ceremony makes later ones. */
const KEYS: readonly KeyName[] = KEY_KINDS.map((kind) => ({ kind, generation: 1 }));

export interface TokenSetUp {
  readonly module: string;
  readonly label: string;
  readonly userPin: string;
  readonly officerPin: string;
  /** Where the fingerprints are written, in the form registered in the database. */
  readonly keysFile: string;
  /** Length of pin-transport-1. */
  readonly transportKeyBits: number;
  /** SoftHSM2's configuration, made if it is missing; if absent, the one in SOFTHSM2_CONF, or another module. */
  readonly configuration: string | undefined;
  /** For a configuration that is made here. */
  readonly tokenDirectory: string | undefined;
}

export interface TokenKeys {
  readonly keys: readonly RegisteredKey[];
  /** Labels of the missing keys that were made. */
  readonly made: readonly string[];
}

/**
 * A token for development and tests, with the keys that Pinward needs. Makes only missing parts. The caller's umask
 * decides who may read SoftHSM2's files.
 *
 * @throws Error that says which call failed
 */
export function setUpToken(options: TokenSetUp): TokenKeys {
  const { module, label, userPin, officerPin, configuration, tokenDirectory } = options;
  try {
    if (configuration !== undefined) softHsmConfiguration(configuration, tokenDirectory);
    const cryptoki = new Cryptoki(module);
    cryptoki.initialize();
    try {
      return withKeys({ cryptoki, label, userPin, officerPin }, options);
    } finally {
      cryptoki.finalize();
    }
  } catch (error) {
    throw error instanceof Error ? error : new Error(ckrText(error));
  }
}

function withKeys(own: OwnToken, { keysFile: file, transportKeyBits }: TokenSetUp): TokenKeys {
  const slot = tokenSlot(own);
  const made = KEYS.filter((key) => makeIfMissing(own, slot, key, transportKeyBits)).map(keyLabel);
  const keys = fingerprintsOf(own, PROFILE, KEYS);
  const text = keysFile(keys);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  return { keys, made };
}

/** @returns whether it was missing */
function makeIfMissing(own: OwnToken, slot: Handle, key: KeyName, transportBits: number): boolean {
  const profile = VENDOR_PROFILES[PROFILE];
  const { objectClass } = keySpec(key.kind, profile);
  const wanted = { CKA_CLASS: objectClass, CKA_LABEL: keyLabel(key) };
  if (asUser(own, slot, (session) => session.find(wanted)).length > 0) return false;
  const make = key.kind === 'pin-wrapping' ? asOfficer : asUser;
  const rsaBits = key.kind === 'pin-transport' ? transportBits : TOKEN_SIGNING_BITS;
  make(own, slot, (session) => makeKey(session, profile, { ...key, rsaBits }));
  return true;
}
