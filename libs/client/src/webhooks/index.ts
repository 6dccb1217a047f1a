export type { HeadersLike } from './received-headers.js';
export {
  verifyWebhook,
  type ReceivedWebhook,
  type WebhookEvent,
  type WebhookOptions,
} from './verify-webhook.js';
export {
  WebhookMisused,
  WebhookRejected,
  type WebhookMisuseCode,
  type WebhookRejectionCode,
} from './webhook-errors.js';
export { WebCryptoMissing, type WebCrypto } from '../web-crypto.js';
