import type { EntityManager } from 'typeorm';
import { ApiClientEntity, ClientSecretEntity } from '#libs/database';
import type { ApiClient } from '../api-client.js';
import { SCOPES } from '../scopes.js';

/** A client with what its secrets are compared with. */
export interface StoredClient {
  readonly client: ApiClient;
  /** As ApiClient.secrets, newest first. */
  readonly secrets: readonly ClientSecretEntity[];
}

/** A rotation keeps one secret before the current one. */
const SECRETS_AT_MOST = 2;

/**
 * The one look-up that knows no tenant, because who asks for a token names none. It sends the same statements
 * whether there is such a client or not.
 */
export async function findOfAllTenants(
  manager: EntityManager,
  clientId: string,
): Promise<readonly StoredClient[]> {
  const rows = await manager.findBy(ApiClientEntity, { clientId });
  const all = await manager.find(ClientSecretEntity, { where: { clientId }, order: { secretNo: 'DESC' } });
  return rows.map((row) => {
    const secrets = all.filter(({ tenantId }) => tenantId === row.tenantId).slice(0, SECRETS_AT_MOST);
    return { client: toClient(row, secrets), secrets };
  });
}

export async function findClient(
  manager: EntityManager,
  tenantId: string,
  clientId: string,
): Promise<StoredClient | null> {
  const row = await manager.findOneBy(ApiClientEntity, { tenantId, clientId });
  if (row === null) return null;
  const secrets = await secretsOf(manager, tenantId, clientId);
  return { client: toClient(row, secrets), secrets };
}

/** As findClient; every other writer of this client waits until the transaction ends. */
export async function lockClient(
  manager: EntityManager,
  tenantId: string,
  clientId: string,
): Promise<StoredClient | null> {
  await manager.findOne(ApiClientEntity, {
    where: { tenantId, clientId },
    lock: { mode: 'pessimistic_write' },
  });
  return await findClient(manager, tenantId, clientId);
}

async function secretsOf(
  manager: EntityManager,
  tenantId: string,
  clientId: string,
): Promise<ClientSecretEntity[]> {
  return await manager.find(ClientSecretEntity, {
    where: { tenantId, clientId },
    order: { secretNo: 'DESC' },
    take: SECRETS_AT_MOST,
  });
}

export function toClient(row: ApiClientEntity, secrets: readonly ClientSecretEntity[]): ApiClient {
  return {
    tenantId: row.tenantId,
    clientId: row.clientId,
    scopes: SCOPES.filter((scope) => row.scopes.includes(scope)),
    person: row.person,
    allowedAddresses: row.allowedAddresses,
    requestsPerMinute: row.requestsPerMinute,
    createdAt: row.createdAt,
    revokedAt: row.revokedAt,
    secrets: secrets.map(({ createdAt, expiresAt }) => ({ createdAt, expiresAt })),
  };
}
