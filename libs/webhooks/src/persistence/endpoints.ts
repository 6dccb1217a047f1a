import { In, IsNull, LessThan, MoreThan, type EntityManager } from 'typeorm';
import { WebhookEndpointEntity, WebhookSecretEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { Sealed } from '#libs/hsm';
import type { EventType } from '../event-types.js';
import type { NewEndpoint, WebhookEndpoint } from '../webhook-endpoint.js';
import type { SecretPlace } from '../webhook-secret.js';

export async function insertEndpoint(
  manager: EntityManager,
  { tenantId, endpointId }: SecretPlace,
  { url, events }: NewEndpoint,
  secret: Sealed,
): Promise<void> {
  const chosen = events === undefined ? null : [...new Set(events)];
  await manager.insert(WebhookEndpointEntity, { tenantId, endpointId, url, events: chosen });
  await insertSecret(manager, { tenantId, endpointId }, 1, secret);
}

/** The row is locked: one change at a time. @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND, also for a deleted one */
export async function lockEndpoint(
  manager: EntityManager,
  { tenantId, endpointId }: SecretPlace,
): Promise<void> {
  const found = await manager.findOne(WebhookEndpointEntity, {
    where: { tenantId, endpointId, deletedAt: IsNull() },
    lock: { mode: 'for_no_key_update' },
  });
  if (found === null) throw new PinwardError('WEBHOOK_ENDPOINT_NOT_FOUND');
}

/** The new secret signs at once; the one before it signs beside it until then, all older ones no more. */
export async function replaceSecret(
  manager: EntityManager,
  place: SecretPlace,
  { secret, previousExpiresAt }: { readonly secret: Sealed; readonly previousExpiresAt: Date },
): Promise<void> {
  const current = await manager.findOneOrFail(WebhookSecretEntity, {
    where: { ...place },
    order: { secretNo: 'DESC' },
  });
  const { secretNo } = current;
  await manager.delete(WebhookSecretEntity, { ...place, secretNo: LessThan(secretNo) });
  await manager.update(WebhookSecretEntity, { ...place, secretNo }, { expiresAt: previousExpiresAt });
  await insertSecret(manager, place, secretNo + 1, secret);
}

/** A tenant's endpoints, oldest first. */
export async function findEndpoints(
  manager: EntityManager,
  tenantId: string,
  { endpointId, now }: { readonly endpointId?: string; readonly now: Date },
): Promise<WebhookEndpoint[]> {
  const rows = await manager.find(WebhookEndpointEntity, {
    where: { tenantId, deletedAt: IsNull(), ...(endpointId === undefined ? {} : { endpointId }) },
    order: { createdAt: 'ASC', endpointId: 'ASC' },
  });
  const replaced = await manager.findBy(WebhookSecretEntity, {
    tenantId,
    endpointId: In(rows.map((row) => row.endpointId)),
    expiresAt: MoreThan(now),
  });
  return rows.map((row) => ({
    ...{ endpointId: row.endpointId, url: row.url, events: row.events as readonly EventType[] | null },
    ...{ createdAt: row.createdAt, failingSince: row.failingSince, pausedAt: row.pausedAt },
    previousSecretExpiresAt:
      replaced.find((secret) => secret.endpointId === row.endpointId)?.expiresAt ?? null,
  }));
}

async function insertSecret(
  manager: EntityManager,
  place: SecretPlace,
  secretNo: number,
  { bytes: sealed, generation: sealedGeneration }: Sealed,
): Promise<void> {
  await manager.insert(WebhookSecretEntity, { ...place, secretNo, sealed, sealedGeneration });
}
