import type { JWTVerifyGetKey } from 'jose';
import type { AccessTokenClaims } from './access-token-claims.js';
import type { Caller } from './caller.js';

/** Somebody whose access tokens are believed: the built-in issuer, or an OpenID provider. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** As what it vouches for persons (RequestContext.issuer), where that is not the issuer itself. */
  readonly vouchesAs?: string;
  /** The header's `typ` (RFC 8725, section 3.11). */
  readonly type: string;
  readonly keys: JWTVerifyGetKey;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  /** A token that lives longer is refused, whoever signed it: what was stolen must end. */
  readonly maxLifetimeSeconds: number;
  /** Whom the verified claims speak of; null when that client is not to be let in. */
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
  };
}
