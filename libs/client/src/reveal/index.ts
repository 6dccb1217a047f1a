export {
  createRevealKey,
  type RevealKey,
  type RevealKeyOptions,
  type RevealPublicJwk,
} from './reveal-key.js';
export { openReveal, type OpenRevealInput } from './open-reveal.js';
export type { RevealedCard } from './revealed-card.js';
export { RevealError, type RevealErrorCode } from './reveal-error.js';
export { WebCryptoMissing, type WebCrypto } from '../web-crypto.js';
