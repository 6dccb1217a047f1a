import { PIN_FIELD_BYTES } from '#libs/client/pin-block';
import { CKK_AES, CKO_SECRET_KEY } from './constants.js';
import type { AttributeValues } from './template.js';
import type { VendorProfile } from './vendor-profiles.js';

/** The length of AES key wrap of 16 bytes (RFC 3394, section 2.2.1: one 64-bit block more). */
export const R0_BYTES = 24;

/**
 * The template of a PIN object (docs/pin-envelope.md), which is also the transport key's CKA_UNWRAP_TEMPLATE. Every
 * attribute is needed: if one were left open, the PIN could be computed offline. MODIFIABLE comes last, since SoftHSM2
 * applies the attributes in their order. There is no CHECK_VALUE: together with MODIFIABLE false it is read-only.
 */
export const PIN_OBJECT: AttributeValues = {
  CKA_CLASS: CKO_SECRET_KEY,
  CKA_KEY_TYPE: CKK_AES,
  CKA_TOKEN: false,
  CKA_PRIVATE: true,
  CKA_SENSITIVE: true,
  CKA_EXTRACTABLE: true,
  CKA_WRAP_WITH_TRUSTED: true,
  CKA_ENCRYPT: false,
  CKA_DECRYPT: false,
  CKA_SIGN: false,
  CKA_VERIFY: false,
  CKA_WRAP: false,
  CKA_UNWRAP: false,
  CKA_DERIVE: false,
  CKA_COPYABLE: false,
  CKA_MODIFIABLE: false,
};

/** The attributes that the caller of C_UnwrapKey repeats. */
export function unwrapAttributes(profile: VendorProfile): AttributeValues {
  const { CKA_MODIFIABLE, ...rest } = PIN_OBJECT;
  const length: AttributeValues = profile.valueLenOnUnwrap ? { CKA_VALUE_LEN: PIN_FIELD_BYTES } : {};
  return { ...rest, ...length, CKA_MODIFIABLE: CKA_MODIFIABLE ?? false };
}

/** The attributes of a PIN object made from a known field: weak-list entries and checks, never a cardholder's PIN. */
export function knownPinObject(field: Buffer): AttributeValues {
  const { CKA_MODIFIABLE, ...rest } = PIN_OBJECT;
  return { ...rest, CKA_VALUE: field, CKA_MODIFIABLE: CKA_MODIFIABLE ?? false };
}
