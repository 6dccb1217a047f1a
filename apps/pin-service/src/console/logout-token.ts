import { createHash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { PinwardError } from '#libs/errors';
import { readJws } from '../edge/authentication/read-jws.js';
import { KeysUnavailable } from '../edge/authentication/provider-keys.js';
import type { TrustedIssuer } from '../edge/authentication/trusted-issuer.js';
import type { EndedLogin } from './session-rows.js';

/** Longer ones are refused unread. */
const LONGEST_TOKEN = 8_192;
/** RFC 8417, section 2.2, names the event so; OpenID Connect Back-Channel Logout 1.0, section 2.4. */
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** An ID or access token of the same key is no logout token (section 2.4 there). Many providers name no type. */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'logout+jwt'];
/** So old it may be; providers say two minutes. What was shown once is remembered as long. */
const LONGEST_LIFE_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 5;
const RETRY_AFTER_SECONDS = 5;

const date = z.int().positive();
const name = z.string().min(1).max(255);
const logoutClaims = z
  .object({
    sub: name.optional(),
    sid: name.optional(),
    jti: z.string().min(1).max(256),
    iat: date,
    exp: date,
    events: z.object({ [EVENT]: z.looseObject({}) }),
    // With one it could be an ID token.
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** No logout token of this provider for this client. */
export class LogoutTokenRefused extends Error {
  override readonly name = 'LogoutTokenRefused';
}

/** Whose sessions end. */
export interface LogoutToken extends EndedLogin {
  readonly jti: string;
  /** For so long it could be shown again. */
  readonly secondsLeft: number;
}

/**
 * Validates a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6) with the keys of the provider's access
 * tokens. That it counts once is not looked at here.
 *
 * @throws LogoutTokenRefused; PinwardError ISSUER_UNAVAILABLE where the provider's keys cannot be had now
 */
export async function readLogoutToken(
  token: string,
  { issuer, keys, tenantClaim }: Pick<TrustedIssuer, 'issuer' | 'keys' | 'tenantClaim'>,
  clientId: string,
): Promise<LogoutToken> {
  const read = token.length > LONGEST_TOKEN ? null : readJws(token);
  if (read === null || !TYPES.includes(read.header['typ'])) throw new LogoutTokenRefused('no logout token');
  const { payload } = await jwtVerify(token, keys, {
    algorithms: ['RS256'],
    issuer,
    audience: clientId,
    requiredClaims: ['exp', 'iat', 'jti', 'events'],
    maxTokenAge: LONGEST_LIFE_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  }).catch(asRefused);
  const { data: claims, error: cause } = logoutClaims.safeParse(payload);
  if (claims === undefined) throw new LogoutTokenRefused('other claims', { cause });
  const { sub = null, sid, jti, iat } = claims;
  const tenantId = payload[tenantClaim];
  return {
    issuer,
    tenantId: typeof tenantId === 'string' ? tenantId : null,
    subject: sub,
    providerSession: sid === undefined ? null : providerSessionHash(sid),
    jti,
    secondsLeft: iat + LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS - Date.now() / 1_000,
  };
}

/** What a row keeps of the provider's `sid`: enough to find it again. */
export function providerSessionHash(sid: string): Buffer {
  return createHash('sha256').update(sid).digest();
}

function asRefused(cause: unknown): never {
  const isSilent = cause instanceof KeysUnavailable || cause instanceof errors.JWKSTimeout;
  if (isSilent)
    throw new PinwardError('ISSUER_UNAVAILABLE', {}, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
  throw new LogoutTokenRefused('not signed for this', { cause });
}
