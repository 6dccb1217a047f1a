/**
 * The second entry of this library: PKCS#11 itself, for the key ceremony, set-up, bench and tests. The service uses the
 * first one, `#libs/hsm`, and never sees a handle or a CKR_ number.
 */
export { AttestationKeys, isReserved } from '../evaluation/attestation.js';
export { type Judge, type OpenedPin, judgeEnrolment, judgeMatch } from '../evaluation/judge-pin.js';
export { KNOWN_ANSWER_FIELD, SEAL_KNOWN_ANSWER, otherDummyField } from '../evaluation/known-answer.js';
export { weakPinTag } from '../evaluation/verifier-mac.js';
export { attributeFindings, mechanismList } from './attribute-findings.js';
export { ckrClass, ckrText, refusalOf, useVendorErrors } from './ckr.js';
export {
  ATTRIBUTE_TYPES,
  type AttributeName,
  CKF_USER_PIN_INITIALIZED,
  CKK_AES,
  CKK_EC,
  CKK_RSA,
  CKM_AES_GCM,
  CKM_AES_KEY_GEN,
  CKM_AES_KEY_WRAP,
  CKM_ECDSA,
  CKM_EC_KEY_PAIR_GEN,
  CKM_GENERIC_SECRET_KEY_GEN,
  CKM_LUNA_AES_KW,
  CKM_RSA_PKCS,
  CKM_RSA_PKCS_KEY_PAIR_GEN,
  CKM_RSA_PKCS_OAEP,
  CKM_SHA256_HMAC,
  CKM_SHA256_RSA_PKCS,
  CKO_PRIVATE_KEY,
  CKO_PUBLIC_KEY,
  CKO_SECRET_KEY,
  CKU_SO,
  CKU_USER,
} from './constants.js';
export { Cryptoki, type CryptokiSession, type Handle } from './cryptoki.js';
export type { ModuleInfo, TokenInfo } from './info.js';
export { P256_PARAMETERS, PUBLIC_EXPONENT, rsaPublicJwk, rsaPublicKey } from './public-keys.js';
export {
  assertUnreadable,
  digestKeyWarnings,
  inversions,
  knownKeyWrapFindings,
  templateFindings,
} from './enforcement-checks.js';
export { type KeyName, fingerprintKeys, thumbprintKeys } from './fingerprints.js';
export {
  GCM_IV_SOURCES,
  type GcmIvSource,
  type GcmKey,
  type GcmMessage,
  gcmDecrypt,
  gcmEncrypt,
} from './gcm.js';
export type { HeldRsaKey } from './key-pick-up.js';
export { type KeySpec, MADE_HERE, keySpec } from './key-table.js';
export { assertKnownAnswers } from './known-answer.js';
export { KnownKeyAttack } from './known-key-attack.js';
export { KnownKeys } from './known-keys.js';
export { type Mechanisms, mechanismsOf, nodeOaep, oaep } from './mechanisms.js';
export { type Dispatch, openEnvelope, sign } from './pin-operations.js';
export { PIN_OBJECT, R0_BYTES, unwrapAttributes } from './pin-object.js';
export type { NamedMechanism } from './routes/aes-mechanisms.js';
export { AllowedKeys } from './routes/allowed-keys.js';
export { pinObjectUseRoutes } from './routes/pin-object-use.js';
export { type RouteGroup, tryGroup } from './routes/route.js';
export type { RouteBench } from './routes/route-bench.js';
export { transportKeyRoutes } from './routes/transport-key.js';
export { wrapOutRoutes } from './routes/wrap-out.js';
export { wrappedUnder, wrappingKeyRoutes } from './routes/wrapping-key.js';
export { evidenceOf, missingHardwareFlag, softwareFindings } from './software-token.js';
export { startToken } from './start-token.js';
export { type AttributeValue, type AttributeValues, attributeEntries, template } from './template.js';
export { Token, type TokenSettings, onlySlot } from './token.js';
export { VENDOR_PROFILES, type VendorProfile, profileOf } from './vendor-profiles.js';
export type { VendorProfileName } from '../settings.js';
