import type { RateLimitOptions } from '../limits/rate-limit.js';
import type { Timing } from '../timing.js';
import type { Fetch } from './answer.js';
import type { DpopKeyPair } from '../proofs/dpop.js';
import type { Credentials } from './credentials.js';

export interface ClientOptions {
  /** "https://pins.example", of the card apps' or of the operators' listener. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /**
   * Binds tokens to a key, and proves it in each call (RFC 9449): a stolen token is worth nothing. `true` makes a key for
   * this client; give a pair where tokens of a provider are bound to it, or several clients share one.
   */
  readonly dpop?: true | DpopKeyPair;
  /** Sends the requests: for certificates of your own, proxies and the like. Default: the platform's. */
  readonly fetch?: Fetch;
  /** undici's `Agent`, handed on to `fetch`: its own, or the platform's of the same version. */
  readonly dispatcher?: unknown;
  /** How often this client may call, where that was agreed. Default: as often as it likes. */
  readonly rate?: Pick<RateLimitOptions, 'perSecond' | 'burst'>;
  /** Of a whole call with its waits and attempts. Default: 30,000. */
  readonly timeoutMs?: number;
  /** Of one attempt: a connection that has gone silent is given up then. Default: 10,000. */
  readonly attemptTimeoutMs?: number;
  /** At most, the first one included. Default: 4. */
  readonly maxAttempts?: number;
  /** For tests. Default: the platform's. */
  readonly timing?: Partial<Timing>;
}

export interface CallOptions {
  /** Gives the call up; it then throws the signal's reason. What became of the request is not known. */
  readonly signal?: AbortSignal;
  /** For this call, instead of the client's. */
  readonly timeoutMs?: number;
  /**
   * 1 to 128 visible ASCII characters; one for each intention. With the same input it is the same request, which is
   * executed once: give it to repeat a call whose outcome is not known. Default: a random UUID.
   */
  readonly requestId?: string;
  /** Where the service has a sandbox: what the call shall end with, such as "PIN_LOCKED" or "slow=1500" (docs/sandbox.md). */
  readonly sandboxOutcome?: string;
}
