import { createPublicKey, type KeyObject } from 'node:crypto';
import { errors, type JWTVerifyGetKey } from 'jose';
import type { ApiClient, ClientRegistry } from '#libs/api-clients';
import type { PinHsm } from '#libs/hsm';
import { REGISTERED_PERSONS } from '#libs/requests';
import type { Settings } from '../../config/schema.js';
import type { Caller } from './caller.js';
import { callerOfClaims, type TrustedIssuer, type AccessTokenClaims } from './trusted-issuer.js';

/** The upper bound of TOKEN_LIFETIME_SECONDS: the setting may have changed since a token was issued. */
const LONGEST_LIFE_SECONDS = 3_600;

/** RFC 9068, section 2.1. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

/** The service's own token endpoint: its keys are in the HSM, its clients in the database. */
export function builtInIssuer(settings: Settings, hsm: PinHsm, clients: ClientRegistry): TrustedIssuer {
  return {
    issuer: settings.TOKEN_ISSUER,
    audience: settings.TOKEN_AUDIENCE,
    vouchesAs: REGISTERED_PERSONS,
    type: ACCESS_TOKEN_TYPE,
    keys: keysOf(hsm),
    tenantClaim: 'tenant_id',
    maxLifetimeSeconds: LONGEST_LIFE_SECONDS,
    callerOf: async (claims) => {
      const client = await clients.find(claims.tenant_id, claims.client_id);
      return client === null ? null : agreedCaller(claims, client);
    },
  };
}

/** The client's present agreement counts: a scope that was taken away is gone although the token names it. */
export function agreedCaller(claims: AccessTokenClaims, client: ApiClient): Caller | null {
  if (!client.revokedAt.isNever) return null;
  const { allowedAddresses, requestsPerMinute } = client;
  const scopes = new Set(client.scopes.filter((scope) => claims.scope.has(scope)));
  return { ...callerOfClaims(claims), scopes, allowedAddresses, requestsPerMinute };
}

/** The key of exactly this kid among those the HSM holds now; a token without a kid has none. */
function keysOf(hsm: PinHsm): JWTVerifyGetKey {
  const imported = new Map<string, KeyObject>();
  return async ({ kid }) => {
    const key = hsm.signingKeys('token-signing').find((candidate) => candidate.kid === kid);
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    const known = imported.get(key.n);
    if (known !== undefined) return known;
    const fresh = createPublicKey({ key: { kty: 'RSA', n: key.n, e: key.e }, format: 'jwk' });
    imported.set(key.n, fresh);
    return fresh;
  };
}
