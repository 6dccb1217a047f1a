import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { KEY_KINDS, keyLabel } from '#libs/hsm';
import { ckrText } from '../libs/hsm/src/pkcs11/ckr.js';
import { Cryptoki, type Handle } from '../libs/hsm/src/pkcs11/cryptoki.js';
import type { KeyName } from '../libs/hsm/src/pkcs11/fingerprints.js';
import { keySpec } from '../libs/hsm/src/pkcs11/key-table.js';
import { VENDOR_PROFILES } from '../libs/hsm/src/pkcs11/vendor-profiles.js';
import { fingerprintsOf, keysFile } from './fingerprints.js';
import { makeKey } from '#libs/key-ceremony';
import { readSecretFile } from '#libs/secret-text';
import { asOfficer, asUser, tokenSlot, type OwnToken } from './officer-and-user.js';
import { softHsmConfiguration } from './configuration.js';

const PROFILE = 'softhsm2';
/** Access tokens live for minutes and are checked by every caller: RFC 7518, section 3.3, asks for 2048 or more. */
const TOKEN_SIGNING_BITS = 2048;

const HELP = `Sets up a SoftHSM2 token for development and tests: the token, and the keys Pinward needs.
Makes only what is missing; a second run changes nothing.

  node dist/softhsm/set-up-token.js --module FILE --label TEXT --user-pin-file FILE --so-pin-file FILE --out FILE

  --module FILE         the PKCS#11 module, e.g. /usr/lib/softhsm/libsofthsm2.so
  --label TEXT          label of the token, at most 32 characters
  --user-pin-file FILE  holds the token PIN
  --so-pin-file FILE    holds the security officer's PIN; read when something is missing
  --out FILE            keys.json, the fingerprints to register in the database
  --rsa-bits N          length of pin-transport-1, 2048 or more (3072)
  --conf FILE           SoftHSM2 configuration to use; made when missing (SOFTHSM2_CONF otherwise)
  --token-dir DIR       token directory for a configuration that is made
  --help                this text
`;

/** The first generation of every kind; later ones are made by the key ceremony. */
const KEYS: readonly KeyName[] = KEY_KINDS.map((kind) => ({ kind, generation: 1 }));

function setUp(): void {
  const options = readOptions();
  if (options === null) return void process.stdout.write(HELP);
  // Whoever reads the token directory can use the officer's key: nothing here is for other users.
  process.umask(0o077);
  if (options.conf !== undefined) softHsmConfiguration(options.conf, options.tokenDir);
  const cryptoki = new Cryptoki(options.module);
  cryptoki.initialize();
  const { label, userPin, officerPin } = options;
  const own: OwnToken = { cryptoki, label, userPin, officerPin };
  const slot = tokenSlot(own);
  for (const key of KEYS) makeIfMissing(own, slot, key, options.rsaBits);
  const keys = keysFile(fingerprintsOf(own, PROFILE, KEYS));
  if (!existsSync(options.out) || readFileSync(options.out, 'utf8') !== keys)
    writeFileSync(options.out, keys);
  cryptoki.finalize();
}

function makeIfMissing(own: OwnToken, slot: Handle, key: KeyName, transportBits: number): void {
  const profile = VENDOR_PROFILES[PROFILE];
  const { objectClass } = keySpec(key.kind, profile);
  const wanted = { CKA_CLASS: objectClass, CKA_LABEL: keyLabel(key) };
  if (asUser(own, slot, (session) => session.find(wanted)).length > 0) return;
  const make = key.kind === 'pin-wrapping' ? asOfficer : asUser;
  const rsaBits = key.kind === 'pin-transport' ? transportBits : TOKEN_SIGNING_BITS;
  make(own, slot, (session) => makeKey(session, profile, { ...key, rsaBits }));
  process.stdout.write(`made ${keyLabel(key)}\n`);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      module: { type: 'string' },
      label: { type: 'string' },
      'user-pin-file': { type: 'string' },
      'so-pin-file': { type: 'string' },
      out: { type: 'string' },
      'rsa-bits': { type: 'string', default: '3072' },
      conf: { type: 'string' },
      'token-dir': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    module: required('--module', values.module),
    label: required('--label', values.label),
    userPin: secretIn(required('--user-pin-file', values['user-pin-file'])),
    officerPin: secretIn(required('--so-pin-file', values['so-pin-file'])),
    out: required('--out', values.out),
    rsaBits: modulusLength(values['rsa-bits']),
    conf: values.conf,
    tokenDir: values['token-dir'],
  };
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`${name} is missing; see --help`);
  return value;
}

function modulusLength(text: string): number {
  const bits = Number(text);
  if (Number.isInteger(bits) && bits >= 2048 && bits <= 8192 && bits % 256 === 0) return bits;
  throw new Error('--rsa-bits must be 2048 to 8192, a multiple of 256');
}

function secretIn(file: string): string {
  return readSecretFile(file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

try {
  setUp();
} catch (error) {
  process.stderr.write(`set-up-token: ${error instanceof Error ? error.message : ckrText(error)}\n`);
  process.exitCode = 1;
}
