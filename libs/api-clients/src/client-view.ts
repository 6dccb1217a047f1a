import { shown } from '#libs/database';
import type { ApiClient } from './api-client.js';
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
      ageDays: Math.floor((now.getTime() - secret.createdAt.getTime()) / DAY_MS),
      ...shown({ expiresAt: secret.expiresAt }),
    })),
  };
}

export type ClientView = ReturnType<typeof clientView>;
