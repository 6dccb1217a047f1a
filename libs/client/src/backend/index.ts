export { BACKEND_OPERATIONS, PinwardClient, type BackendOperations } from './pinward-client.js';
export { PinwardError, type Problem } from './errors/pinward-error.js';
export {
  CLIENT_CODES,
  PROBLEM_CODES,
  type ClientCode,
  type PinwardErrorCode,
  type ProblemCode,
} from './errors/codes.js';
export type { RawCalls, RawRequest } from './calls/client.js';
export type { Answer, Fetch } from './calls/answer.js';
export type { CallOptions, ClientOptions } from './calls/options.js';
export type { Credentials, TokenSource } from './calls/credentials.js';
export type {
  CertificateCredentials,
  ClientCredentials,
  KeyCredentials,
  ProvingCredentials,
  SigningKey,
} from './proofs/client-proof.js';
export type { DpopKeyPair } from './proofs/dpop.js';
export { SigningKeyError, type PrivateJwk, type PrivateKey } from './proofs/signing.js';
export type { Timing } from './timing.js';
export { RateLimit, type RateLimitOptions } from './limits/rate-limit.js';
export { AccessTokens, type AccessTokensOptions } from './tokens/access-tokens.js';
export { TokenError, type TokenErrorCode } from './tokens/token-error.js';
export { allItems, type ApprovalRequested, type Page, type PageOf } from './contract/lists.js';
export type { Lines } from './calls/line-source.js';
export type * from './contract/card-imports.js';
export type * from './contract/imported-cards.js';
export type * from './contract/cards.js';
export type * from './contract/pins.js';
export type * from './contract/api-clients.js';
export type * from './contract/sandbox.js';
export type * from './contract/webhook-endpoints.js';
