import { IsNull, MoreThan, type EntityManager } from 'typeorm';
import { TimeOrNever, WebhookDeliveryEntity, WebhookSecretEntity, type DeliveryStatus } from '#libs/database';
import type { Sealed } from '#libs/hsm';
import type { DeliveryJob } from '../delivery-jobs.js';

/** Everything that an attempt needs. */
export interface DueDelivery {
  readonly tenantId: string;
  readonly deliveryId: string;
  readonly endpointId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly url: string;
  readonly deleted: boolean;
  readonly paused: boolean;
  readonly failingSince: Date | null;
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly occurredAt: Date;
    readonly data: string;
    readonly expiresAt: TimeOrNever;
    readonly sealed: Sealed | null;
    readonly sealedFor: string | null;
  };
}

interface DueRow {
  endpoint_id: string;
  status: DeliveryStatus;
  attempts: number;
  created_at: Date;
  url: string;
  deleted: boolean;
  paused: boolean;
  failing_since: Date | null;
  event_id: string;
  type: string;
  occurred_at: Date;
  data: string;
  expires_at: Date | null;
  sealed: Buffer | null;
  sealed_generation: number | null;
  sealed_for: string | null;
}

/** Null when the delivery has been purged. */
export async function dueDelivery(
  manager: EntityManager,
  { tenantId, deliveryId }: DeliveryJob,
): Promise<DueDelivery | null> {
  const [row] = await manager.query<DueRow[]>(
    `SELECT d.endpoint_id, d.status, d.attempts, d.created_at, w.url, w.deleted_at IS NOT NULL AS deleted,
            w.paused_at IS NOT NULL AS paused, w.failing_since, d.event_id, e.type, e.occurred_at, e.data, e.expires_at,
            e.sealed, e.sealed_generation, e.sealed_for
       FROM webhook_deliveries d
       JOIN webhook_endpoints w ON w.tenant_id = d.tenant_id AND w.endpoint_id = d.endpoint_id
       JOIN outbox_events e ON e.tenant_id = d.tenant_id AND e.id = d.event_id
      WHERE d.tenant_id = $1 AND d.delivery_id = $2`,
    [tenantId, deliveryId],
  );
  if (row === undefined) return null;
  const { sealed: bytes, sealed_generation: generation } = row;
  return {
    tenantId,
    deliveryId,
    endpointId: row.endpoint_id,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at,
    url: row.url,
    deleted: row.deleted,
    paused: row.paused,
    failingSince: row.failing_since,
    event: {
      id: row.event_id,
      type: row.type,
      occurredAt: row.occurred_at,
      data: row.data,
      expiresAt: TimeOrNever.stored(row.expires_at),
      sealedFor: row.sealed_for,
      sealed: bytes === null || generation === null ? null : { bytes, generation },
    },
  };
}

/** Sealed secrets of an endpoint that are valid now, newest first. */
export async function validSecrets(
  manager: EntityManager,
  { tenantId, endpointId }: Pick<DueDelivery, 'tenantId' | 'endpointId'>,
  now: Date,
): Promise<Sealed[]> {
  const secrets = await manager.find(WebhookSecretEntity, {
    where: [
      { tenantId, endpointId, expiresAt: IsNull() },
      { tenantId, endpointId, expiresAt: MoreThan(now) },
    ],
    order: { secretNo: 'DESC' },
  });
  return secrets.map(({ sealed: bytes, sealedGeneration: generation }) => ({ bytes, generation }));
}

export interface AttemptRecord {
  readonly status: DeliveryStatus;
  /** Null: nothing was sent. */
  readonly word: string | null;
}

export async function recordAttempt(
  manager: EntityManager,
  { tenantId, deliveryId }: DeliveryJob,
  { status, word }: AttemptRecord,
): Promise<void> {
  const sent =
    word === null
      ? {}
      : { attempts: () => 'attempts + 1', lastAttemptAt: () => 'clock_timestamp()', lastOutcome: word };
  const ended = status === 'pending' ? {} : { status, endedAt: () => 'clock_timestamp()' };
  if (Object.keys({ ...sent, ...ended }).length === 0) return;
  await manager.update(WebhookDeliveryEntity, { tenantId, deliveryId }, { ...sent, ...ended });
}

/** For a code that has reached every receiver it was for, or is of no use any more. */
export async function eraseCode(
  manager: EntityManager,
  { tenantId, event }: Pick<DueDelivery, 'tenantId' | 'event'>,
): Promise<void> {
  await manager.query(
    `UPDATE outbox_events e SET sealed = NULL
      WHERE e.tenant_id = $1 AND e.id = $2 AND e.sealed IS NOT NULL
        AND NOT EXISTS (SELECT FROM webhook_deliveries d
                         WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id AND d.status = 'pending')`,
    [tenantId, event.id],
  );
}
