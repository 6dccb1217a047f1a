import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { PinwardError } from '#libs/errors';
import type { Settings } from '../../config/schema.js';
import type { Caller } from './caller.js';

/** A verified token is believed this long without looking again, and never beyond its `exp`. */
const CACHE_TTL_MS = 60_000;
const CACHE_ENTRIES = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;

/** Claims of an access token (RFC 9068, section 2.2), besides those that jose checks. */
const claimsSchema = z.object({
  sub: z.string().min(1).max(200),
  client_id: z.string().min(1).max(200),
  tenant_id: z.string().min(1).max(64),
  scope: z.string().max(2_000),
  exp: z.number(),
});

/** Verifies RS256 access tokens against a key file, after RFC 8725: algorithm, type, issuer and audience are pinned. */
export class TokenVerifier {
  private readonly verified = new LRUCache<string, { caller: Caller; expiresAt: number }>({
    max: CACHE_ENTRIES,
    ttl: CACHE_TTL_MS,
  });

  private constructor(
    private readonly keys: JWTVerifyGetKey,
    private readonly settings: Pick<Settings, 'TOKEN_ISSUER' | 'TOKEN_AUDIENCE'>,
    private readonly now: () => Date,
  ) {}

  static async fromFile(settings: Settings, now: () => Date = () => new Date()): Promise<TokenVerifier> {
    const jwks = JSON.parse(await readFile(settings.TOKEN_KEYS_FILE, 'utf8')) as JSONWebKeySet;
    return new TokenVerifier(createLocalJWKSet(jwks), settings, now);
  }

  /** @throws PinwardError TOKEN_INVALID or TOKEN_EXPIRED; why is not told */
  async verify(token: string): Promise<Caller> {
    // The cache holds no token, only its hash.
    const key = createHash('sha256').update(token).digest('base64');
    const known = this.verified.get(key);
    if (known !== undefined && known.expiresAt > this.now().getTime()) return known.caller;
    const { caller, expiresAt } = await this.verifyFresh(token);
    this.verified.set(key, { caller, expiresAt });
    return caller;
  }

  private async verifyFresh(token: string): Promise<{ caller: Caller; expiresAt: number }> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        algorithms: ['RS256'],
        typ: 'at+jwt',
        issuer: this.settings.TOKEN_ISSUER,
        audience: this.settings.TOKEN_AUDIENCE,
        requiredClaims: ['exp', 'sub', 'client_id', 'tenant_id', 'scope'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        currentDate: this.now(),
      });
      const claims = claimsSchema.parse(payload);
      const scopes = new Set(claims.scope.split(' ').filter((scope) => scope !== ''));
      return {
        caller: {
          tenantId: claims.tenant_id,
          clientId: claims.client_id,
          subject: claims.sub,
          scopes,
          allowedAddresses: [],
          requestsPerMinute: null,
          certificateThumbprint: null,
        },
        expiresAt: claims.exp * 1_000,
      };
    } catch (cause) {
      throw new PinwardError(
        cause instanceof errors.JWTExpired ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID',
        {},
        { cause },
      );
    }
  }
}
