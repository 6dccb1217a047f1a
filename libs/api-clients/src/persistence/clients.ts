import type { EntityManager } from 'typeorm';
import { ApiClientEntity, ClientKeyEntity, ClientSecretEntity } from '#libs/database';
import type { ApiClient } from '../api-client.js';
import type { ClientKeys, KeyContent } from '../keys/client-keys.js';
import { SCOPES } from '../scopes.js';

/** A client with the stored forms of its secrets. */
export interface StoredClient {
  readonly client: ApiClient;
  /** As ApiClient.secrets, newest first. */
  readonly secrets: readonly ClientSecretEntity[];
  /** As ApiClient.keys, newest first. */
  readonly keys: readonly ClientKeyEntity[];
}

/** A rotation keeps one secret besides the current one. */
const SECRETS_AT_MOST = 2;

/**
 * The only look-up without a tenant, because a caller who asks for a token names none. It sends the same statements
 * whether the client exists or not.
 */
export async function findOfAllTenants(
  manager: EntityManager,
  clientId: string,
): Promise<readonly StoredClient[]> {
  const rows = await manager.findBy(ApiClientEntity, { clientId });
  const all = await manager.find(ClientSecretEntity, { where: { clientId }, order: { secretNo: 'DESC' } });
  const allKeys = await manager.find(ClientKeyEntity, { where: { clientId }, order: { keyNo: 'DESC' } });
  return rows.map((row) => {
    const ofRow = ({ tenantId }: { readonly tenantId: string }) => tenantId === row.tenantId;
    const secrets = all.filter(ofRow).slice(0, SECRETS_AT_MOST);
    const keys = allKeys.filter(ofRow);
    return { client: toClient(row, secrets, keys), secrets, keys };
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
  const keys = await manager.find(ClientKeyEntity, {
    where: { tenantId, clientId },
    order: { keyNo: 'DESC' },
  });
  return { client: toClient(row, secrets, keys), secrets, keys };
}

/** Like findClient; other writers of this client wait until the transaction ends. */
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

export function toClient(
  row: ApiClientEntity,
  secrets: readonly ClientSecretEntity[],
  keys: readonly ClientKeyEntity[],
): ApiClient {
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
    keys: keys.map((stored) => toKeys(stored)),
  };
}

/** This service wrote the content, when it had checked it. */
function toKeys({ method, content, createdAt, expiresAt }: ClientKeyEntity): ClientKeys {
  return { method, content: JSON.parse(content) as KeyContent, createdAt, expiresAt };
}
