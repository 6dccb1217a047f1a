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
export { isPin, PinBlockError, pinAccountFromPan, type PinBlockErrorCode } from '#libs/pin-block';
export { RateLimit, type RateLimitOptions } from './limits/rate-limit.js';
export { AccessTokens, type AccessTokensOptions } from './tokens/access-tokens.js';
export { TokenError, type TokenErrorCode } from './tokens/token-error.js';
export {
  verifyWebhook,
  WebhookRejected,
  type ReceivedWebhook,
  type WebhookEvent,
} from './webhooks/verify-webhook.js';
