import { In, IsNull, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { isUuid, WebhookEndpointEntity, WebhookSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { Sealed } from '#libs/hsm';
import { invalidCursor, type Page } from '#libs/requests';
import type { EventType } from '../event-types.js';
import type { NewEndpoint, WebhookEndpoint } from '../webhook-endpoint.js';
import type { EndpointKey } from '../webhook-secret.js';

export interface EndpointFilter {
  readonly limit: number;
  /** The last endpoint of the previous page. */
  readonly cursor?: string | undefined;
}

export async function insertEndpoint(
  manager: EntityManager,
  { tenantId, endpointId }: EndpointKey,
  { url, events }: NewEndpoint,
  secret: Sealed,
): Promise<void> {
  const chosen = events === undefined ? null : [...new Set(events)];
  await manager.insert(WebhookEndpointEntity, { tenantId, endpointId, url, events: chosen });
  await insertSecret(manager, { tenantId, endpointId }, 1, secret);
}

/**
 * Other requests that make an endpoint of this tenant wait until the transaction ends, so that each counts right.
 *
 * @throws PinwardError WEBHOOK_ENDPOINT_LIMIT
 */
export async function refuseTooManyEndpoints(
  manager: EntityManager,
  tenantId: string,
  limit: number,
): Promise<void> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtext('pinward webhook endpoints'), hashtext($1))", [
    tenantId,
  ]);
  const count = await manager.countBy(WebhookEndpointEntity, { tenantId, deletedAt: IsNull() });
  if (count >= limit) throw new PinwardError('WEBHOOK_ENDPOINT_LIMIT');
}

/** The row is locked: one change at a time. @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND, also for a deleted one */
export async function lockEndpoint(
  manager: EntityManager,
  { tenantId, endpointId }: EndpointKey,
): Promise<void> {
  const found = await manager.findOne(WebhookEndpointEntity, {
    where: { tenantId, endpointId, deletedAt: IsNull() },
    lock: { mode: 'for_no_key_update' },
  });
  if (found === null) throw new PinwardError('WEBHOOK_ENDPOINT_NOT_FOUND');
}

/** The new secret signs at once, the previous one too until the overlap ends, and no older one. */
export async function replaceSecret(
  manager: EntityManager,
  endpointKey: EndpointKey,
  { secret, previousExpiresAt }: { readonly secret: Sealed; readonly previousExpiresAt: Date },
): Promise<void> {
  const current = await manager.findOneOrFail(WebhookSecretEntity, {
    where: { ...endpointKey },
    order: { secretNo: 'DESC' },
  });
  const { secretNo } = current;
  await manager.delete(WebhookSecretEntity, { ...endpointKey, secretNo: LessThan(secretNo) });
  await manager.update(WebhookSecretEntity, { ...endpointKey, secretNo }, { expiresAt: previousExpiresAt });
  await insertSecret(manager, endpointKey, secretNo + 1, secret);
}

/** @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND, also for a deleted one */
export async function findEndpoint(
  manager: EntityManager,
  { tenantId, endpointId }: EndpointKey,
  now: Date,
): Promise<WebhookEndpoint> {
  const row = await manager.findOneBy(WebhookEndpointEntity, { tenantId, endpointId, deletedAt: IsNull() });
  const [endpoint] = row === null ? [] : await toEndpoints(manager, tenantId, [row], now);
  if (endpoint === undefined) throw new PinwardError('WEBHOOK_ENDPOINT_NOT_FOUND');
  return endpoint;
}

/** A tenant's endpoints, oldest first. @throws PinwardError REQUEST_INVALID for an invalid cursor */
export async function findEndpoints(
  manager: EntityManager,
  tenantId: string,
  { limit, cursor }: EndpointFilter,
  now: Date,
): Promise<Page<WebhookEndpoint>> {
  if (cursor !== undefined && !isUuid(cursor)) throw invalidCursor();
  const query = manager
    .createQueryBuilder(WebhookEndpointEntity, 'e')
    .where('e.tenantId = :tenantId AND e.deletedAt IS NULL', { tenantId })
    .orderBy({ 'e.createdAt': 'ASC', 'e.endpointId': 'ASC' })
    .limit(limit + 1);
  // The row has a more exact time than a Date could hold, and stays even if its endpoint is deleted meanwhile.
  if (cursor !== undefined)
    query.andWhere(
      `(e.createdAt, e.endpointId) > (SELECT created_at, endpoint_id FROM webhook_endpoints
                                       WHERE tenant_id = :tenantId AND endpoint_id = :cursor)`,
      { cursor },
    );
  const rows = await query.getMany();
  const items = await toEndpoints(manager, tenantId, rows.slice(0, limit), now);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.endpointId ?? null) : null };
}

async function toEndpoints(
  manager: EntityManager,
  tenantId: string,
  rows: readonly WebhookEndpointEntity[],
  now: Date,
): Promise<WebhookEndpoint[]> {
  const replaced = await manager.findBy(WebhookSecretEntity, {
    tenantId,
    endpointId: In(rows.map((row) => row.endpointId)),
    expiresAt: MoreThan(now),
  });
  return rows.map((row) => ({
    endpointId: row.endpointId,
    url: row.url,
    events: row.events as readonly EventType[] | null,
    createdAt: row.createdAt,
    failingSince: row.failingSince,
    pausedAt: row.pausedAt,
    previousSecretExpiresAt:
      replaced.find((secret) => secret.endpointId === row.endpointId)?.expiresAt ?? null,
  }));
}

/** All of these tenants' endpoints. */
export async function endpointsOfTenants(
  manager: EntityManager,
  tenantIds: readonly string[],
): Promise<string[]> {
  const rows = await manager.find(WebhookEndpointEntity, {
    select: { endpointId: true },
    where: { tenantId: In(tenantIds), deletedAt: IsNull() },
  });
  return rows.map(({ endpointId }) => endpointId);
}

async function insertSecret(
  manager: EntityManager,
  endpointKey: EndpointKey,
  secretNo: number,
  { bytes: sealed, generation: sealedGeneration }: Sealed,
): Promise<void> {
  await manager.insert(WebhookSecretEntity, { ...endpointKey, secretNo, sealed, sealedGeneration });
}
