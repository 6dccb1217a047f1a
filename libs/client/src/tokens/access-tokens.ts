import { TokenError } from './token-error.js';
import { requestToken, type IssuedToken } from './request-token.js';

/** A fresh token is asked for when so little of the old one's life is left, milliseconds. */
const REFRESH_BEFORE_END_MS = 60_000;
/** Of a short-lived token: when this share of its life is left. */
const REFRESH_SHARE = 0.2;
/** Instances that began together shall not all ask at once. */
const JITTER = 0.1;
/** After a failure no call asks again before this, while the old token lives. */
const PAUSE_AFTER_FAILURE_MS = 5_000;

export interface AccessTokensOptions {
  /** "https://pins.example"; `/v1/oauth/token` is asked for tokens. */
  readonly baseUrl: string;
  readonly clientId: string;
  /** Asked whenever a token is requested, so that a rotated secret is picked up. Never kept. */
  readonly clientSecret: () => string | Promise<string>;
  /** Fewer scopes than the client has. */
  readonly scopes?: readonly string[];
  /** For certificates of your own, proxies and the like. Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Milliseconds; the clock that `expires_in` is measured with. Default: the platform's monotonic one. */
  readonly now?: () => number;
  readonly random?: () => number;
}

interface HeldToken {
  readonly value: string;
  readonly refreshAt: number;
  readonly endsAt: number;
}

/**
 * Access tokens of a card app's backend, by client credentials (RFC 6749, section 4.4): kept while they live, replaced
 * before they end, and asked for once however many callers wait. For backends only: a secret has no place in a browser.
 */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #now: () => number;
  #held: HeldToken | null = null;
  #underWay: Promise<HeldToken> | null = null;
  #notBefore = -Infinity;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** @throws TokenError when there is no token that lives and none can be had */
  async get(): Promise<string> {
    const now = this.#now();
    const held = this.#held;
    if (held === null || now >= held.endsAt) return (await this.#refresh()).value;
    // The old one serves on while the new one comes, or does not.
    if (now >= held.refreshAt && now >= this.#notBefore) this.#refresh().catch(() => undefined);
    return held.value;
  }

  /** The service has answered 401 to this token: the next call asks for another one. */
  invalidate(token: string): void {
    if (this.#held?.value === token) this.#held = null;
  }

  #refresh(): Promise<HeldToken> {
    this.#underWay ??= this.#request().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #request(): Promise<HeldToken> {
    try {
      const { clientSecret } = this.#options;
      const issued = await requestToken({ ...this.#options, clientSecret: await clientSecret() });
      this.#held = this.#hold(issued);
      return this.#held;
    } catch (cause) {
      this.#notBefore = this.#now() + PAUSE_AFTER_FAILURE_MS;
      throw cause instanceof TokenError ? cause : new TokenError('unreachable', { cause });
    }
  }

  #hold({ value, lifetimeMs }: IssuedToken): HeldToken {
    const now = this.#now();
    const early = Math.min(REFRESH_BEFORE_END_MS, lifetimeMs * REFRESH_SHARE);
    const jitter = lifetimeMs * JITTER * (this.#options.random ?? Math.random)();
    return { value, endsAt: now + lifetimeMs, refreshAt: now + lifetimeMs - early - jitter };
  }
}
