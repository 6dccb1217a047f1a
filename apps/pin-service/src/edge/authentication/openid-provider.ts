import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { ClientRegistry, TenantRegistry } from '#libs/api-clients';
import type { Settings } from '../../config/schema.js';
import { agreedCaller } from './built-in-issuer.js';
import { callerOfClaims, type TrustedIssuer } from './trusted-issuer.js';

/**
 * The OpenID provider of OIDC_ISSUER. It vouches for tenant, scopes and person; where the client is registered here as
 * well, what was agreed with it counts too.
 */
export async function openIdProvider(
  settings: Settings,
  clients: ClientRegistry,
  tenants: TenantRegistry,
): Promise<TrustedIssuer> {
  const { OIDC_ISSUER: issuer = '', OIDC_ALLOWED_ADDRESSES: allowedAddresses } = settings;
  return {
    issuer,
    audience: settings.OIDC_AUDIENCE,
    type: settings.OIDC_TOKEN_TYPE,
    keys: await keysOf(settings),
    tenantClaim: settings.OIDC_TENANT_CLAIM,
    callerOf: async (claims) => {
      const client = await clients.find(claims.client_id);
      if (client !== null && client.tenantId === claims.tenant_id) return agreedCaller(claims, client);
      // The provider may know tenants that this deployment does not serve.
      const exists = await tenants.exists(claims.tenant_id);
      return exists ? { ...callerOfClaims(claims), allowedAddresses } : null;
    },
  };
}

/** Fetched keys are kept for ten minutes, and a token with an unknown kid asks again at most every half minute. */
async function keysOf({ OIDC_KEYS_FILE, OIDC_KEYS_URL }: Settings): Promise<JWTVerifyGetKey> {
  if (OIDC_KEYS_URL !== undefined) return createRemoteJWKSet(new URL(OIDC_KEYS_URL));
  const jwks = JSON.parse(await readFile(OIDC_KEYS_FILE ?? '', 'utf8')) as JSONWebKeySet;
  return createLocalJWKSet(jwks);
}
