import type { KeyKind } from '../contract/keys.js';
import {
  CKK_AES,
  CKK_EC,
  CKK_GENERIC_SECRET,
  CKK_RSA,
  CKM_AES_GCM,
  CKM_ECDSA,
  CKM_RSA_PKCS_OAEP,
  CKM_SHA256_HMAC,
  CKM_SHA256_RSA_PKCS,
  CKO_PRIVATE_KEY,
  CKO_SECRET_KEY,
} from './constants.js';
import type { AttributeValues } from './template.js';
import type { VendorProfile } from './vendor-profiles.js';

/**
 * The key table of docs/pin-envelope.md as data: the ceremony makes keys with it, and every pick-up checks them against
 * it. Each usage is written out, since SoftHSM2 sets most of them to true by default.
 */
export interface KeySpec {
  readonly objectClass: number;
  readonly keyType: number;
  /** Set when the key is made, and checked. */
  readonly attributes: AttributeValues;
  /** Set by the module itself when it generates a key (PKCS#11 3.1, section 4.8); only checked. */
  readonly origin: AttributeValues;
  /** CKA_ALLOWED_MECHANISMS, exactly. */
  readonly mechanisms: readonly number[];
}

/** Made inside this module, and never outside it since. */
export const MADE_HERE: AttributeValues = {
  CKA_LOCAL: true,
  CKA_ALWAYS_SENSITIVE: true,
  CKA_NEVER_EXTRACTABLE: true,
};

const NEVER_LEAVES: AttributeValues = { CKA_SENSITIVE: true, CKA_EXTRACTABLE: false };

/** Last in every template: SoftHSM2 lets nothing be set after MODIFIABLE false. */
const FIXED: AttributeValues = { CKA_COPYABLE: false, CKA_MODIFIABLE: false };

export function keySpec(kind: KeyKind, profile: VendorProfile): KeySpec {
  switch (kind) {
    case 'pin-transport':
      return {
        ...privateKey(CKK_RSA, 'CKA_UNWRAP'),
        mechanisms: [CKM_RSA_PKCS_OAEP],
      };
    case 'token-signing':
      return {
        ...privateKey(CKK_RSA, 'CKA_SIGN'),
        mechanisms: [CKM_SHA256_RSA_PKCS],
      };
    case 'audit-signing':
    case 'manifest-signing':
      return { ...privateKey(CKK_EC, 'CKA_SIGN'), mechanisms: [CKM_ECDSA] };
    case 'pin-wrapping':
      return {
        objectClass: CKO_SECRET_KEY,
        keyType: CKK_AES,
        attributes: {
          CKA_TOKEN: true,
          CKA_PRIVATE: profile.officerKeysPrivate,
          ...NEVER_LEAVES,
          CKA_TRUSTED: true,
          CKA_WRAP: true,
          ...secretKeyMayNot('CKA_UNWRAP', 'CKA_ENCRYPT', 'CKA_DECRYPT', 'CKA_SIGN', 'CKA_VERIFY'),
          // Its loss is the loss of every PIN.
          CKA_DESTROYABLE: false,
          ...FIXED,
        },
        origin: MADE_HERE,
        mechanisms: [profile.aesKeyWrap.mechanism],
      };
    case 'lookup':
    case 'otp':
      return {
        ...userSecretKey({
          CKA_SIGN: true,
          ...secretKeyMayNot('CKA_WRAP', 'CKA_UNWRAP', 'CKA_ENCRYPT', 'CKA_DECRYPT', 'CKA_VERIFY'),
        }),
        keyType: CKK_GENERIC_SECRET,
        mechanisms: [CKM_SHA256_HMAC],
      };
    case 'card-vault':
    case 'secrets':
      return {
        ...userSecretKey({
          CKA_ENCRYPT: true,
          CKA_DECRYPT: true,
          ...secretKeyMayNot('CKA_WRAP', 'CKA_UNWRAP', 'CKA_SIGN', 'CKA_VERIFY'),
        }),
        keyType: CKK_AES,
        mechanisms: [CKM_AES_GCM],
      };
  }
}

/** The attributes that a key has from the first moment: a wrapping key may be marked and closed after it was made. */
export function unfinishedSpec(spec: KeySpec): KeySpec {
  const {
    CKA_TRUSTED: _trusted,
    CKA_MODIFIABLE: _modifiable,
    CKA_DESTROYABLE: _destroyable,
    ...attributes
  } = spec.attributes;
  return { ...spec, attributes };
}

/** A secret key that the crypto user makes and uses. */
function userSecretKey(usage: AttributeValues): Omit<KeySpec, 'keyType' | 'mechanisms'> {
  return {
    objectClass: CKO_SECRET_KEY,
    attributes: { CKA_TOKEN: true, CKA_PRIVATE: true, ...NEVER_LEAVES, ...usage, ...FIXED },
    origin: MADE_HERE,
  };
}

/** A private key for this use only. */
function privateKey(keyType: number, use: 'CKA_UNWRAP' | 'CKA_SIGN'): Omit<KeySpec, 'mechanisms'> {
  return {
    objectClass: CKO_PRIVATE_KEY,
    keyType,
    attributes: {
      CKA_TOKEN: true,
      CKA_PRIVATE: true,
      ...NEVER_LEAVES,
      CKA_UNWRAP: use === 'CKA_UNWRAP',
      CKA_DECRYPT: false,
      CKA_SIGN: use === 'CKA_SIGN',
      CKA_SIGN_RECOVER: false,
      CKA_DERIVE: false,
      ...FIXED,
    },
    origin: MADE_HERE,
  };
}

type SecretKeyUsage = 'CKA_WRAP' | 'CKA_UNWRAP' | 'CKA_ENCRYPT' | 'CKA_DECRYPT' | 'CKA_SIGN' | 'CKA_VERIFY';

function secretKeyMayNot(...usages: readonly SecretKeyUsage[]): AttributeValues {
  return { ...Object.fromEntries(usages.map((usage) => [usage, false])), CKA_DERIVE: false };
}
