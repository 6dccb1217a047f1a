import { readFile } from 'node:fs/promises';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { ClientRegistry, TenantRegistry } from '#libs/api-clients';
import { COMMAND_LINE_PERSONS, isReservedClient } from '#libs/requests';
import type { Settings } from '../../config/schema.js';
import { agreedCaller } from './built-in-issuer.js';
import { providerKeys } from './provider-keys.js';
import { callerOfClaims, type TrustedIssuer } from './trusted-issuer.js';

/**
 * The OpenID provider of OIDC_ISSUER. It vouches for tenant, scopes and person. If the client is also registered here,
 * its agreement counts too.
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
    maxLifetimeSeconds: settings.OIDC_MAX_LIFETIME_SECONDS,
    callerOf: async (claims) => {
      // The audit trail would take it for the service itself, or for its command line.
      if (isReservedClient(claims.client_id) || claims.sub.startsWith(COMMAND_LINE_PERSONS)) return null;
      const client = await clients.find(claims.tenant_id, claims.client_id);
      if (client !== null) return agreedCaller(claims, client);
      // The provider may know tenants that this deployment does not serve.
      const exists = await tenants.exists(claims.tenant_id);
      return exists ? { ...callerOfClaims(claims), allowedAddresses } : null;
    },
  };
}

async function keysOf({ OIDC_KEYS_FILE, OIDC_KEYS_URL }: Settings): Promise<JWTVerifyGetKey> {
  if (OIDC_KEYS_URL !== undefined) return providerKeys(new URL(OIDC_KEYS_URL));
  const jwks = JSON.parse(await readFile(OIDC_KEYS_FILE ?? '', 'utf8')) as JSONWebKeySet;
  return createLocalJWKSet(jwks);
}
