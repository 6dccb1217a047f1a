import { HsmMisconfigured, keyLabel, type KeyKind } from '#libs/hsm';
import {
  type AttributeName,
  type AttributeValues,
  CKM_AES_KEY_GEN,
  CKM_EC_KEY_PAIR_GEN,
  CKM_GENERIC_SECRET_KEY_GEN,
  CKM_RSA_PKCS_KEY_PAIR_GEN,
  type CryptokiSession,
  type Handle,
  MADE_HERE,
  P256_PARAMETERS,
  PUBLIC_EXPONENT,
  type VendorProfile,
  attributeEntries,
  ckrText,
  keySpec,
  mechanismList,
  template,
  unwrapAttributes,
} from '#libs/hsm/pkcs11';
import { attributeArray } from './attribute-array.js';
import { readFlag } from './key-attributes.js';

const SECRET_KEY_BYTES = 32;

export interface KeyToMake {
  readonly kind: KeyKind;
  readonly generation: number;
  /** Modulus length, for pin-transport and token-signing. */
  readonly rsaBits: number;
  /** Deviations from the key table, for tests of their refusal. */
  readonly overrides?: AttributeValues;
  /** Attributes that the module cannot store. */
  readonly omitted?: readonly AttributeName[];
  readonly unwrapTemplateOverrides?: AttributeValues;
  readonly unwrapTemplateOmitted?: readonly AttributeName[];
}

/**
 * Makes one key with the attributes of the key table. The session is the user's. For pin-wrapping it is the security
 * officer's, if the profile says that the officer makes it: no other role may make a key TRUSTED (PKCS#11 3.1, section
 * 4.10).
 *
 * @returns the private key of a pair
 */
export function makeKey(session: CryptokiSession, profile: VendorProfile, key: KeyToMake): Handle {
  switch (key.kind) {
    case 'pin-transport':
      return makeTransportKey(session, profile, key);
    case 'token-signing':
      return makeRsaKeyPair(session, keyAttributes(profile, key, {}), key);
    case 'audit-signing':
    case 'manifest-signing':
      return makeEcKeyPair(session, keyAttributes(profile, key, {}), key);
    case 'pin-wrapping':
      return makeSecretKey(session, profile, key, CKM_AES_KEY_GEN, toBeMarked(profile));
    case 'card-vault':
    case 'secrets':
      return makeSecretKey(session, profile, key, CKM_AES_KEY_GEN);
    case 'lookup':
    case 'otp':
      return makeSecretKey(session, profile, key, CKM_GENERIC_SECRET_KEY_GEN);
  }
}

function makeSecretKey(
  session: CryptokiSession,
  profile: VendorProfile,
  key: KeyToMake,
  mechanism: number,
  changed: AttributeValues = {},
): Handle {
  const asked = { ...key, overrides: { ...changed, ...key.overrides } };
  const attributes = keyAttributes(profile, asked, { CKA_VALUE_LEN: SECRET_KEY_BYTES });
  return session.generateKey({ mechanism }, template(attributes));
}

function makeTransportKey(session: CryptokiSession, profile: VendorProfile, key: KeyToMake): Handle {
  const all = { ...unwrapAttributes(profile), ...key.unwrapTemplateOverrides };
  const unwrapTemplate = without(all, key.unwrapTemplateOmitted);
  const { array, memory } = attributeArray(unwrapTemplate);
  const handle = makeRsaKeyPair(session, keyAttributes(profile, key, { CKA_UNWRAP_TEMPLATE: array }), key);
  if (memory.length === 0) throw new Error('the unwrap template is empty');
  return handle;
}

function makeRsaKeyPair(
  session: CryptokiSession,
  privateKey: AttributeValues,
  { rsaBits }: KeyToMake,
): Handle {
  // A session object: the public part is read from the private key, where no attacker can plant another one.
  const publicKey = template({
    CKA_TOKEN: false,
    CKA_MODULUS_BITS: rsaBits,
    CKA_PUBLIC_EXPONENT: PUBLIC_EXPONENT,
  });
  const mechanism = { mechanism: CKM_RSA_PKCS_KEY_PAIR_GEN };
  return session.generateKeyPair(mechanism, publicKey, template(privateKey)).privateKey;
}

/** Here the public part stays on the token, since the private object does not hold it; its thumbprint is registered. */
function makeEcKeyPair(session: CryptokiSession, privateKey: AttributeValues, key: KeyToMake): Handle {
  const publicKey = template({
    CKA_TOKEN: true,
    CKA_LABEL: keyLabel(key),
    CKA_EC_PARAMS: P256_PARAMETERS,
    CKA_MODIFIABLE: false,
  });
  const mechanism = { mechanism: CKM_EC_KEY_PAIR_GEN };
  return session.generateKeyPair(mechanism, publicKey, template(privateKey)).privateKey;
}

function keyAttributes(profile: VendorProfile, key: KeyToMake, first: AttributeValues): AttributeValues {
  const { attributes, mechanisms } = keySpec(key.kind, profile);
  const all: AttributeValues = {
    ...first,
    CKA_LABEL: keyLabel(key),
    CKA_ALLOWED_MECHANISMS: mechanismList(mechanisms),
    ...attributes,
    ...key.overrides,
  };
  return without(all, key.omitted);
}

function without(attributes: AttributeValues, omitted: readonly AttributeName[] = []): AttributeValues {
  return Object.fromEntries(attributeEntries(attributes).filter(([name]) => !omitted.includes(name)));
}

/** A key that the officer marks later must be modifiable until then; the mark closes it. */
function toBeMarked({ trustedKeys }: VendorProfile): AttributeValues {
  return trustedKeys === 'made-by-officer' ? {} : { CKA_TRUSTED: false, CKA_MODIFIABLE: true };
}

/** The missing steps of the officer's session. TRUSTED first: nothing can be set after MODIFIABLE false. */
export function markTrusted(session: CryptokiSession, wrappingKey: Handle): void {
  refuseForeign(session, wrappingKey);
  if (!isMarked(session, wrappingKey)) session.setAttributes(wrappingKey, { CKA_TRUSTED: true });
  closeMarked(session, wrappingKey);
}

/**
 * An attacker who can log in as the user can put a key of known value under the announced label. If it became TRUSTED,
 * it would take PINs out.
 */
function refuseForeign(session: CryptokiSession, wrappingKey: Handle): void {
  for (const [name] of attributeEntries(MADE_HERE)) {
    if (readFlag(session, wrappingKey, name) === true) continue;
    throw new HsmMisconfigured(
      `the wrapping key is not marked (${name}): it was not made inside this module`,
    );
  }
}

export function isMarked(session: CryptokiSession, wrappingKey: Handle): boolean {
  return readFlag(session, wrappingKey, 'CKA_TRUSTED') === true;
}

/**
 * Closes a key that was made MODIFIABLE for its mark. By the standard only a copy can change that (PKCS#11 3.1, section
 * 4.4), so not every module does it. If it stays open, any login could change it to decrypt.
 */
export function closeMarked(session: CryptokiSession, wrappingKey: Handle): void {
  if (readFlag(session, wrappingKey, 'CKA_MODIFIABLE') === false) return;
  try {
    session.setAttributes(wrappingKey, { CKA_MODIFIABLE: false });
  } catch (error) {
    throw new HsmMisconfigured(
      `the wrapping key is TRUSTED, but the token does not close it (CKA_MODIFIABLE false: ${ckrText(error)})`,
    );
  }
}
