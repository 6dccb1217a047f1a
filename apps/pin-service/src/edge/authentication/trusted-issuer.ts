import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { CARD_APP_SCOPES, OPERATOR_SCOPES, SCOPES, type Scope } from '#libs/api-clients';
import { isHumanText } from '#libs/requests';
import type { Caller } from './caller.js';

/** An issuer whose access tokens are accepted: the built-in one, or an OpenID provider. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The name under which it vouches for persons (RequestContext.issuer), if that is not the issuer itself. */
  readonly vouchesAs?: string;
  /** The header's `typ` (RFC 8725, section 3.11). */
  readonly type: string;
  readonly keys: JWTVerifyGetKey;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  /** A token that lives longer is refused, whatever issuer signed it: a stolen token must end. */
  readonly maxLifetimeSeconds: number;
  /** The caller that the verified claims name; null when that client must not be let in. */
  readonly callerOf: (claims: AccessTokenClaims) => Promise<Caller | null>;
}

/** The caller as the claims alone describe it. */
export function callerOfClaims(claims: AccessTokenClaims): Caller {
  return {
    tenantId: claims.tenant_id,
    clientId: claims.client_id,
    subject: claims.sub,
    scopes: claims.scope,
    allowedAddresses: [],
    requestsPerMinute: null,
    certificateThumbprint: claims.cnf?.['x5t#S256'] ?? null,
    keyThumbprint: claims.cnf?.jkt ?? null,
  };
}

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

/** SHA-256 in base64url. */
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** It goes into the audit trail, the log and perhaps an approval, where people read it. */
const name = (longest: number) => z.string().min(1).max(longest).refine(isHumanText);

/** RFC 7519, section 2, allows fractions; they are not needed, and an infinite number is no date. */
const date = z.int().positive();

/**
 * Claims of an access token (RFC 9068, section 2.2), besides those that jose checks. Scopes that are not ours are left
 * out: an identity provider may put scopes of other services into the same token.
 */
export const accessTokenClaims = z.object({
  sub: name(200),
  client_id: name(200),
  tenant_id: name(64),
  scope: z
    .string()
    .max(2_000)
    .transform((text) => new Set(text.split(' ').filter((word) => isScope(word)))),
  exp: date,
  iat: date.optional(),
  nbf: date.optional(),
  // A binding that is not understood is no leave to do without: one of the known ones must be there.
  cnf: z
    .object({ 'x5t#S256': thumbprint.optional(), jkt: thumbprint.optional() })
    .refine((bound) => bound['x5t#S256'] !== undefined || bound.jkt !== undefined)
    .optional(),
});

export type AccessTokenClaims = z.infer<typeof accessTokenClaims>;

/** Card apps and operators are kept apart (docs/network-zones.md): one token never serves both. */
export function mixesKinds(scopes: ReadonlySet<Scope>): boolean {
  const holdsAny = (kind: readonly Scope[]) => kind.some((scope) => scopes.has(scope));
  return holdsAny(CARD_APP_SCOPES) && holdsAny(OPERATOR_SCOPES);
}
