export * from './contract/attestation.js';
export * from './contract/faults.js';
export * from './contract/keys.js';
export * from './contract/pin-hsm.js';
export * from './contract/pin-verifier.js';
export { DEFAULT_WEAK_PINS, WEAK_PINS_PER_LENGTH } from './default-weak-pins.js';
export { verifierHash } from './evaluation/attestation.js';
export { hostEnvironment, mayBeInherited, variableNames } from './host-environment.js';
export { jwkThumbprint } from './evaluation/thumbprint.js';
export { lengthPrefixed } from './evaluation/verifier-mac.js';
export { parseProfileChanges, type ProfileChanges } from './pkcs11/profile-changes.js';
export { softHsmFault } from './pkcs11/softhsm-configuration.js';
export { openPinHsm } from './open-pin-hsm.js';
export {
  EVALUATION_WINDOW_MS,
  VENDOR_PROFILE_NAMES,
  type HsmSettings,
  type OnOperation,
  type SealKeyName,
  type VendorProfileName,
} from './settings.js';
export { signedJws } from './signed-jws.js';
export { TokenPin, tokenPinFault } from './token-pin.js';
export { DATE_ORDERS, datePins, type DateOrder } from './weak-dates.js';
export { hsmUnavailable, unavailableIfHsmFault } from './unavailable.js';
