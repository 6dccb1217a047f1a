import { fingerprintsOf, keysFile } from '../../softhsm/fingerprints.js';
import { keyLabel } from '#libs/hsm';
import { inSession, makeKey, type KeyToMake } from '#libs/key-ceremony';
import {
  Cryptoki,
  type CryptokiSession,
  type Handle,
  type KeyName,
  VENDOR_PROFILES,
  type VendorProfile,
  type VendorProfileName,
  keySpec,
  mechanismList,
  template,
  thumbprintKeys,
} from '#libs/hsm/pkcs11';
import { asOfficer, asUser, tokenSlot, type OwnToken } from '../../softhsm/officer-and-user.js';

const MAKERS = { officer: asOfficer, user: asUser, nobody: asNobody };

/** Without a login: what every process that reaches the token can do. */
function asNobody({ cryptoki }: OwnToken, slot: Handle, work: (session: CryptokiSession) => void): void {
  inSession({ cryptoki, slot, login: null }, work);
}

export interface KeyOrder extends KeyToMake {
  /** The role that makes it: by default the user; `nobody` has not logged in. */
  readonly by?: keyof typeof MAKERS;
  /**
   * Hexadecimal: the key is created with this value instead of generated, like the key of an attacker who must know it.
   */
  readonly value?: string;
}

export interface TokenOrder {
  readonly module: string;
  readonly libraryParameters?: string;
  readonly profile: VendorProfileName;
  readonly label: string;
  readonly userPin: string;
  readonly officerPin: string;
  /** On the token already. Their fingerprints are taken too, since some kinds need keys of others for it. */
  readonly there: readonly KeyName[];
  readonly keys: readonly KeyOrder[];
  /** Made after the fingerprints were taken, and not registered. */
  readonly planted: readonly KeyOrder[];
}

/**
 * Makes one token, or its missing parts, as ordered, right or deliberately wrong. The module is initialised and
 * finalised: nothing else in the process may use it meanwhile.
 *
 * @returns its keys.json
 */
export function makeToOrder(order: TokenOrder): string {
  const { profile, label, userPin, officerPin } = order;
  const cryptoki = new Cryptoki(order.module);
  cryptoki.initialize(order.libraryParameters);
  try {
    const own: OwnToken = { cryptoki, label, userPin, officerPin };
    make(own, profile, order.keys);
    const registered = [...order.there, ...order.keys].map(({ kind, generation }) => ({ kind, generation }));
    const keys = keysFile(fingerprints(own, profile, registered));
    make(own, profile, order.planted);
    return keys;
  } finally {
    cryptoki.finalize();
  }
}

/** A token may be so wrong that it gives no answer; the refusal must not need one. */
function fingerprints(own: OwnToken, profile: VendorProfileName, keys: readonly KeyName[]) {
  try {
    return fingerprintsOf(own, profile, keys, { allowWeakEnforcement: true });
  } catch {
    return asUser(own, tokenSlot(own), (session) => thumbprintKeys(session, keys));
  }
}

function make(own: OwnToken, profile: VendorProfileName, keys: readonly KeyOrder[]): void {
  const slot = tokenSlot(own);
  for (const key of keys) {
    const { value } = key;
    MAKERS[key.by ?? 'user'](own, slot, (session) => {
      if (value === undefined) makeKey(session, VENDOR_PROFILES[profile], key);
      else createKey(session, VENDOR_PROFILES[profile], { ...key, value });
    });
  }
}

function createKey(
  session: CryptokiSession,
  profile: VendorProfile,
  { kind, generation, value, overrides }: KeyOrder & { readonly value: string },
): void {
  const { objectClass, keyType, attributes, mechanisms } = keySpec(kind, profile);
  session.createObject(
    template({
      CKA_CLASS: objectClass,
      CKA_KEY_TYPE: keyType,
      CKA_LABEL: keyLabel({ kind, generation }),
      CKA_VALUE: Buffer.from(value, 'hex'),
      CKA_ALLOWED_MECHANISMS: mechanismList(mechanisms),
      ...attributes,
      ...overrides,
    }),
  );
}
