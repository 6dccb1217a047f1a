import { createHash } from 'node:crypto';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { PinwardError } from '#libs/errors';
import { parseStrictJson } from '../requests/bodies.js';
import type { Caller } from './caller.js';
import { KeysUnavailable } from './provider-keys.js';
import {
  type TrustedIssuer,
  accessTokenClaims,
  mixesKinds,
  type AccessTokenClaims,
} from './trusted-issuer.js';

const CACHE_ENTRIES = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longer ones are refused unread: tokens of the built-in issuer have about 900 characters. */
const LONGEST_TOKEN = 8_192;
/** JWS compact serialization (RFC 7515, section 7.1): one spelling for each part. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

export interface TokenVerifierOptions {
  /** How long a verified token is accepted without another check, unless it is forgotten. */
  readonly cacheSeconds: number;
  /** Whether a tenant takes only tokens that are bound to a key or a certificate. */
  readonly demandsBinding: (tenantId: string) => Promise<boolean>;
  readonly now?: () => Date;
}

/** What a token said: enough to ask for the caller again. */
export interface TokenRead {
  readonly issuer: string;
  readonly claims: AccessTokenClaims;
}

interface Verified {
  readonly caller: Caller;
  /** Milliseconds since the epoch: the token's `exp`. */
  readonly expiresAt: number;
}

/**
 * Verifies access tokens after RFC 8725. Algorithm, type, issuer and audience are pinned for each issuer. Keys come
 * only from that issuer's configured set, whatever the token's header says (`jku`, `jwk`, `x5u`, `x5c`).
 */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly #verified: LRUCache<string, Verified>;
  readonly #now: () => Date;
  readonly #demandsBinding: TokenVerifierOptions['demandsBinding'];

  constructor(
    issuers: readonly TrustedIssuer[],
    { cacheSeconds, now, demandsBinding }: TokenVerifierOptions,
  ) {
    this.#demandsBinding = demandsBinding;
    this.#issuers = new Map(issuers.map((trusted) => [trusted.issuer, trusted]));
    this.#now = now ?? (() => new Date());
    this.#verified = new LRUCache({
      max: CACHE_ENTRIES,
      ttl: cacheSeconds * 1_000,
      // The same clock as the tokens': with another one, tests and a clock that is set back would give two times.
      perf: { now: () => this.#now().getTime() },
      ttlResolution: 0,
    });
  }

  /**
   * @throws PinwardError TOKEN_INVALID or TOKEN_EXPIRED, without the reason. TOKEN_NOT_BOUND, ISSUER_UNAVAILABLE,
   * DATABASE_UNAVAILABLE
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > LONGEST_TOKEN) throw new PinwardError('TOKEN_INVALID');
    // The cache holds only the token's hash.
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(key);
    if (known !== undefined && known.expiresAt > this.#now().getTime()) return known.caller;
    const verified = await this.verifyFresh(token);
    this.#verified.set(key, verified);
    return verified.caller;
  }

  /** The callers whose tokens are accepted without another check. */
  believed(): readonly Caller[] {
    return [...this.#verified.values()].map(({ caller }) => caller);
  }

  /** The tokens of these callers, as `believed` gave them, are verified anew when they come again. */
  forget(callers: readonly Caller[]): void {
    const forgotten = new Set(callers);
    // A token that was verified anew meanwhile has another caller.
    for (const [key, { caller }] of this.#verified.entries()) {
      if (forgotten.has(caller)) this.#verified.delete(key);
    }
  }

  /**
   * What a token of an operator says, for a session at the console that keeps this instead of the token.
   *
   * @throws PinwardError as `verify` does
   */
  async read(token: string): Promise<TokenRead> {
    const { trusted, claims } = await this.readClaims(token);
    return { issuer: trusted.issuer, claims };
  }

  /**
   * The caller whom kept claims name, under the present agreement about that client. The token stays in the service, so
   * it need not be bound.
   *
   * @returns null when that client, or its tenant, must not be let in any more
   */
  async agreed({ issuer, claims }: TokenRead): Promise<Caller | null> {
    const trusted = this.#issuers.get(issuer);
    const caller = (await trusted?.callerOf(claims)) ?? null;
    return caller === null ? null : { ...caller, issuer: trusted?.vouchesAs ?? issuer };
  }

  /** @throws Error for one that the settings do not name */
  issuerNamed(issuer: string): TrustedIssuer {
    const trusted = this.#issuers.get(issuer);
    if (trusted === undefined) throw new Error('no such issuer');
    return trusted;
  }

  private async readClaims(token: string) {
    if (token.length > LONGEST_TOKEN) throw new PinwardError('TOKEN_INVALID');
    refuseAmbiguity(token);
    const trusted = this.issuerOf(token);
    const claims = await this.claimsOf(token, trusted).catch(asRefusal);
    this.refuseOddLife(claims, trusted);
    if (mixesKinds(claims.scope)) throw new PinwardError('TOKEN_INVALID');
    return { trusted, claims };
  }

  private async verifyFresh(token: string): Promise<Verified> {
    const { trusted, claims } = await this.readClaims(token);
    const caller = await trusted.callerOf(claims);
    if (caller === null) throw new PinwardError('TOKEN_INVALID');
    const isUnbound = caller.certificateThumbprint === null && caller.keyThumbprint === null;
    if (isUnbound && (await this.#demandsBinding(caller.tenantId))) throw new PinwardError('TOKEN_NOT_BOUND');
    return {
      caller: { ...caller, issuer: trusted.vouchesAs ?? trusted.issuer },
      expiresAt: claims.exp * 1_000,
    };
  }

  /** Refuses a date of issue in the future, and a life longer than agreed, counted from issue or from now. */
  private refuseOddLife({ exp, iat }: AccessTokenClaims, { maxLifetimeSeconds }: TrustedIssuer): void {
    const latest = this.#now().getTime() / 1_000 + CLOCK_TOLERANCE_SECONDS;
    const issued = iat ?? 0;
    const tooLong =
      exp > latest + maxLifetimeSeconds || (iat !== undefined && exp - iat > maxLifetimeSeconds);
    if (issued > latest || tooLong) throw new PinwardError('TOKEN_INVALID');
  }

  /** Read before verification, only to choose whose keys and rules verify it. */
  private issuerOf(token: string): TrustedIssuer {
    const trusted = this.#issuers.get(unverifiedIssuer(token));
    if (trusted === undefined) throw new PinwardError('TOKEN_INVALID');
    return trusted;
  }

  private async claimsOf(token: string, trusted: TrustedIssuer): Promise<AccessTokenClaims> {
    const { payload } = await jwtVerify(token, trusted.keys, {
      algorithms: ['RS256'],
      typ: trusted.type,
      issuer: trusted.issuer,
      audience: trusted.audience,
      requiredClaims: ['exp', 'sub', 'scope', trusted.tenantClaim],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: this.#now(),
    });
    return accessTokenClaims.parse({
      ...payload,
      // OpenID providers' name for the client (OpenID Connect Core 1.0, section 2).
      client_id: payload['client_id'] ?? payload['azp'],
      tenant_id: payload[trusted.tenantClaim],
    });
  }
}

function unverifiedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    return '';
  }
}

/**
 * Parsers differ about two members of one name (RFC 7515, section 10.12; RFC 7519, section 4), so a provider and this
 * service could read two different tokens.
 */
function refuseAmbiguity(token: string): void {
  const [, header, payload] = COMPACT.exec(token) ?? [];
  if (header === undefined || payload === undefined) throw new PinwardError('TOKEN_INVALID');
  try {
    for (const part of [header, payload]) parseStrictJson(Buffer.from(part, 'base64url'));
  } catch (cause) {
    throw new PinwardError('TOKEN_INVALID', {}, { cause });
  }
}

/** If a provider's keys cannot be fetched, that says nothing about the token. */
function asRefusal(cause: unknown): never {
  if (cause instanceof errors.JWTExpired) throw new PinwardError('TOKEN_EXPIRED', {}, { cause });
  const unreachable = cause instanceof KeysUnavailable || cause instanceof errors.JWKSTimeout;
  if (unreachable) throw new PinwardError('ISSUER_UNAVAILABLE', {}, { cause, retryAfterSeconds: 5 });
  throw new PinwardError('TOKEN_INVALID', {}, { cause });
}
