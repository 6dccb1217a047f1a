import { In, MoreThan, type EntityManager } from 'typeorm';
import { ApiClientEntity, ClientSecretEntity } from '#libs/database';
import { readCursor, writeCursor, type Page } from '#libs/requests';
import type { ApiClient } from '../api-client.js';
import { isClientId } from '../new-client.js';
import { toClient } from './clients.js';

export interface ClientFilter {
  readonly limit: number;
  /** Opaque; from the page before. */
  readonly cursor?: string | undefined;
}

/**
 * A tenant's clients in the order of their ids, revoked ones included.
 *
 * @throws PinwardError REQUEST_INVALID for a cursor that is none of ours
 */
export async function findClients(
  manager: EntityManager,
  tenantId: string,
  { limit, cursor }: ClientFilter,
): Promise<Page<ApiClient>> {
  const after = cursor === undefined ? {} : { clientId: MoreThan(readCursor(cursor, isClientId)) };
  const rows = await manager.find(ApiClientEntity, {
    where: { tenantId, ...after },
    order: { clientId: 'ASC' },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const secrets = await manager.find(ClientSecretEntity, {
    where: { tenantId, clientId: In(page.map(({ clientId }) => clientId)) },
    order: { secretNo: 'DESC' },
  });
  const items = page.map((row) =>
    toClient(
      row,
      secrets.filter(({ clientId }) => clientId === row.clientId),
    ),
  );
  const last = page.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(last.clientId) : null };
}
