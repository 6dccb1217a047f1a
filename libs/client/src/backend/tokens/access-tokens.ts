import { checkedBaseUrl } from '../calls/addresses.js';
import type { Fetch } from '../calls/answer.js';
import { proverOf, type ProvingCredentials, type ShownProof } from '../proofs/client-proof.js';
import type { Dpop } from '../proofs/dpop.js';
import { SigningKeyError } from '../proofs/signing.js';
import { PLATFORM_TIMING, type Timing } from '../timing.js';
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

interface Asking extends Partial<Pick<Timing, 'now' | 'random'>> {
  /** "https://pins.example"; `/v1/oauth/token` is asked for tokens. */
  readonly baseUrl: string;
  /** For certificates of your own, proxies and the like. Default: the platform's. */
  readonly fetch?: Fetch;
}

export type AccessTokensOptions = Asking & ProvingCredentials;

interface HeldToken {
  readonly value: string;
  /** Whether each use needs a proof of the key. */
  readonly isBound: boolean;
  readonly refreshAt: number;
  readonly endsAt: number;
}

/**
 * Access tokens of a card app's backend, by client credentials (RFC 6749, section 4.4): kept while they live, replaced
 * before they end, and asked for once however many callers wait. For backends only: a secret has no place in a browser.
 */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  /** The client itself, where a token does not do. */
  readonly show: () => Promise<ShownProof>;
  readonly #dpop: Dpop | null;
  readonly #now: () => number;
  #held: HeldToken | null = null;
  #underWay: Promise<HeldToken> | null = null;
  #notBefore = -Infinity;

  /** @param dpop to which tokens are bound, for who can prove it in each call */
  constructor(options: AccessTokensOptions, dpop: Dpop | null = null) {
    const baseUrl = checkedBaseUrl(options.baseUrl);
    this.#options = { ...options, baseUrl };
    this.show = proverOf(options, { baseUrl, fetch: options.fetch ?? fetch });
    this.#dpop = dpop;
    this.#now = options.now ?? PLATFORM_TIMING.now;
  }

  /** @throws TokenError when there is no token that lives and none can be had; SigningKeyError */
  async get(): Promise<string> {
    return (await this.held()).value;
  }

  /** The same, with whether it is bound. @throws TokenError */
  async held(): Promise<Pick<HeldToken, 'value' | 'isBound'>> {
    const now = this.#now();
    const held = this.#held;
    if (held === null || now >= held.endsAt) return await this.#refresh();
    // The old one serves on while the new one comes, or does not.
    if (now >= held.refreshAt && now >= this.#notBefore) this.#refresh().catch(() => undefined);
    return held;
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
      const { baseUrl, scopes, fetch: send = fetch } = this.#options;
      const issued = await requestToken({ baseUrl, scopes, fetch: send, show: this.show, dpop: this.#dpop });
      this.#held = this.#hold(issued);
      return this.#held;
    } catch (cause) {
      this.#notBefore = this.#now() + PAUSE_AFTER_FAILURE_MS;
      // A key that is none does not become one by waiting.
      if (cause instanceof TokenError || cause instanceof SigningKeyError) throw cause;
      throw new TokenError('unreachable', { cause });
    }
  }

  #hold({ value, isBound, lifetimeMs }: IssuedToken): HeldToken {
    const now = this.#now();
    const early = Math.min(REFRESH_BEFORE_END_MS, lifetimeMs * REFRESH_SHARE);
    const jitter = lifetimeMs * JITTER * (this.#options.random ?? PLATFORM_TIMING.random)();
    return { value, isBound, endsAt: now + lifetimeMs, refreshAt: now + lifetimeMs - early - jitter };
  }
}
