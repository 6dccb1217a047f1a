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
/** The longest that is looked at: tokens of the built-in issuer have about 900 characters. */
const LONGEST_TOKEN = 8_192;
/** JWS compact serialization (RFC 7515, section 7.1): one way to write each part. */
const COMPACT = /^([\w-]+)\.([\w-]+)\.[\w-]+$/;

export interface TokenVerifierOptions {
  /** How long a verified token is believed without looking again, and so how long a revoked client may still call. */
  readonly cacheSeconds: number;
  readonly now?: () => Date;
}

interface Verified {
  readonly caller: Caller;
  /** Milliseconds since the epoch: the token's `exp`. */
  readonly expiresAt: number;
}

/**
 * Verifies access tokens after RFC 8725: algorithm, type, issuer and audience are pinned for each issuer, and keys come
 * from that issuer's configured set alone, whatever the token's header says (`jku`, `jwk`, `x5u`, `x5c`).
 */
export class TokenVerifier {
  readonly #issuers: ReadonlyMap<string, TrustedIssuer>;
  readonly #verified: LRUCache<string, Verified>;
  readonly #now: () => Date;

  constructor(issuers: readonly TrustedIssuer[], { cacheSeconds, now }: TokenVerifierOptions) {
    this.#issuers = new Map(issuers.map((trusted) => [trusted.issuer, trusted]));
    this.#now = now ?? (() => new Date());
    this.#verified = new LRUCache({
      max: CACHE_ENTRIES,
      ttl: cacheSeconds * 1_000,
      // The same clock as the tokens': otherwise a test, or a clock set back, would see two times.
      perf: { now: () => this.#now().getTime() },
      ttlResolution: 0,
    });
  }

  /** @throws PinwardError TOKEN_INVALID or TOKEN_EXPIRED; why is not told. ISSUER_UNAVAILABLE, DATABASE_UNAVAILABLE */
  async verify(token: string): Promise<Caller> {
    if (token.length > LONGEST_TOKEN) throw new PinwardError('TOKEN_INVALID');
    // The cache holds no token, only its hash.
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(key);
    if (known !== undefined && known.expiresAt > this.#now().getTime()) return known.caller;
    const verified = await this.verifyFresh(token);
    this.#verified.set(key, verified);
    return verified.caller;
  }

  private async verifyFresh(token: string): Promise<Verified> {
    refuseAmbiguity(token);
    const trusted = this.issuerOf(token);
    const claims = await this.claimsOf(token, trusted).catch(asRefusal);
    this.refuseOddLife(claims, trusted);
    if (mixesKinds(claims.scope)) throw new PinwardError('TOKEN_INVALID');
    const caller = await trusted.callerOf(claims);
    if (caller === null) throw new PinwardError('TOKEN_INVALID');
    return {
      caller: { ...caller, issuer: trusted.vouchesAs ?? trusted.issuer },
      expiresAt: claims.exp * 1_000,
    };
  }

  /** A date of issue that is still to come, and a life that is longer than agreed, counted from issue or from now. */
  private refuseOddLife({ exp, iat }: AccessTokenClaims, { maxLifetimeSeconds }: TrustedIssuer): void {
    const latest = this.#now().getTime() / 1_000 + CLOCK_TOLERANCE_SECONDS;
    const issued = iat ?? 0;
    const tooLong =
      exp > latest + maxLifetimeSeconds || (iat !== undefined && exp - iat > maxLifetimeSeconds);
    if (issued > latest || tooLong) throw new PinwardError('TOKEN_INVALID');
  }

  /** Read before it is verified, and only to choose whose keys and rules will verify it. */
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
      // What OpenID providers call the client (OpenID Connect Core 1.0, section 2).
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
 * Two members of one name are read differently by different parsers (RFC 7515, section 10.12; RFC 7519, section 4), so a
 * provider and this service could mean two tokens.
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

/** A provider whose keys cannot be fetched says nothing about the token. */
function asRefusal(cause: unknown): never {
  if (cause instanceof errors.JWTExpired) throw new PinwardError('TOKEN_EXPIRED', {}, { cause });
  const unreachable = cause instanceof KeysUnavailable || cause instanceof errors.JWKSTimeout;
  if (unreachable) throw new PinwardError('ISSUER_UNAVAILABLE', {}, { cause, retryAfterSeconds: 5 });
  throw new PinwardError('TOKEN_INVALID', {}, { cause });
}
