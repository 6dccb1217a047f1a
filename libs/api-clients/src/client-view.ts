import { shown } from '#libs/database';
import type { ApiClient } from './api-client.js';
import { agesHere, type ClientKeys } from './keys/client-keys.js';
import { DAY_MS } from './policy.js';

/** A client as operators see it (docs/http-api.md). Members without a value are left out. */
export function clientView(client: ApiClient, now: Date) {
  const { clientId, scopes, person, allowedAddresses, requestsPerMinute, createdAt, revokedAt } = client;
  return {
    clientId,
    scopes,
    ...(person === null ? {} : { person }),
    allowedAddresses,
    ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
    createdAt: createdAt.toISOString(),
    ...shown({ revokedAt }),
    secrets: client.secrets.map((secret) => ({
      createdAt: secret.createdAt.toISOString(),
      ageDays: ageDays(secret.createdAt, now),
      ...shown({ expiresAt: secret.expiresAt }),
    })),
    keys: client.keys.map((keys) => keysView(keys, now)),
  };
}

function keysView({ method, content, createdAt, expiresAt }: ClientKeys, now: Date) {
  return {
    method,
    ...('keys' in content ? { kids: content.keys.map(({ kid }) => kid) } : {}),
    ...('jwksUri' in content ? { jwksUri: content.jwksUri } : {}),
    ...('thumbprints' in content ? { thumbprints: content.thumbprints } : {}),
    createdAt: createdAt.toISOString(),
    ...(agesHere(content) ? { ageDays: ageDays(createdAt, now) } : {}),
    ...shown({ expiresAt }),
  };
}

function ageDays(createdAt: Date, now: Date): number {
  return Math.floor((now.getTime() - createdAt.getTime()) / DAY_MS);
}

export type ClientView = ReturnType<typeof clientView>;
