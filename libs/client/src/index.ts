export {
  encryptPin,
  encryptPinFor,
  type EncryptedPin,
  type EncryptPinForInput,
  type EncryptPinInput,
  type PinAndCard,
} from './encrypt-pin.js';
export { verifiedKeySet, type ManifestTrust } from './manifest.js';
export { PinKeyError, type PinKeyErrorCode } from './pin-key-error.js';
export {
  assertPinKey,
  currentPinKey,
  PIN_KEY_ALGORITHMS,
  type PinKeyAlgorithm,
  type PinKeySet,
  type PublishedPinKey,
} from './pin-key.js';
export {
  isPin,
  PinBlockError,
  pinAccountFromPan,
  type PinBlockErrorCode,
  type PinDigits,
} from './pin-block/index.js';
export { WebCryptoMissing, type WebCrypto } from './web-crypto.js';
