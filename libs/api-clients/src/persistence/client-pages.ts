import { In, MoreThan, type EntityManager } from 'typeorm';
import { ApiClientEntity, ClientKeyEntity, ClientSecretEntity } from '#libs/database';
import { pageOf, readCursor, type Page } from '#libs/requests';
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
  const { items: page, nextCursor } = pageOf(rows, limit, ({ clientId }) => clientId);
  const where = { tenantId, clientId: In(page.map(({ clientId }) => clientId)) };
  const secrets = await manager.find(ClientSecretEntity, { where, order: { secretNo: 'DESC' } });
  const keys = await manager.find(ClientKeyEntity, { where, order: { keyNo: 'DESC' } });
  const items = page.map((row) => {
    const ofRow = ({ clientId }: { readonly clientId: string }) => clientId === row.clientId;
    return toClient(row, secrets.filter(ofRow), keys.filter(ofRow));
  });
  return { items, nextCursor };
}
