import { MoreThan, type DataSource, type EntityManager } from 'typeorm';
import {
  isUuid,
  OutboxEventEntity,
  outsideTransaction,
  WebhookDeliveryEntity,
  WebhookEndpointEntity,
  type DeliveryStatus,
} from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  invalidCursor,
  once,
  storedBody,
  type Answered,
  type Page,
  type RequestContext,
} from '#libs/requests';
import type { DeliveryJobs } from './delivery-jobs.js';
import { SECRET_EVENT } from './event-types.js';
import { deliveryKey } from './relay-events.js';

export interface DeliveryFilter {
  readonly limit: number;
  /** The last delivery of the previous page. */
  readonly cursor?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
}

export function deliveryView(delivery: WebhookDeliveryEntity) {
  const { deliveryId, type, status, attempts, createdAt, lastAttemptAt, lastOutcome, endedAt } = delivery;
  return {
    deliveryId,
    type,
    status,
    attempts,
    createdAt: createdAt.toISOString(),
    ...(lastAttemptAt === null ? {} : { lastAttemptAt: lastAttemptAt.toISOString() }),
    ...(lastOutcome === null ? {} : { lastOutcome }),
    ...(endedAt === null ? {} : { endedAt: endedAt.toISOString() }),
  };
}

/** The deliveries of an endpoint, and another try for those that never arrived. */
export class WebhookDeliveries {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: DeliveryJobs,
  ) {}

  /** In the order of the events. @throws PinwardError REQUEST_INVALID for an invalid cursor */
  async list(
    tenantId: string,
    endpointId: string,
    { limit, cursor, status }: DeliveryFilter,
  ): Promise<Page<WebhookDeliveryEntity>> {
    if (cursor !== undefined && !isUuid(cursor)) throw invalidCursor();
    const rows = await outsideTransaction(() =>
      this.dataSource.manager.find(WebhookDeliveryEntity, {
        where: {
          tenantId,
          endpointId,
          ...(cursor === undefined ? {} : { deliveryId: MoreThan(cursor) }),
          ...(status === undefined ? {} : { status }),
        },
        order: { deliveryId: 'ASC' },
        take: limit + 1,
      }),
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? last.deliveryId : null };
  }

  /** @throws PinwardError DELIVERY_NOT_FOUND, DELIVERY_NOT_REPEATABLE for one that is under way, and for a code */
  async redeliver(
    context: RequestContext,
    { endpointId, deliveryId }: { readonly endpointId: string; readonly deliveryId: string },
  ): Promise<Answered<object>> {
    const { tenantId } = context;
    return await once(this.dataSource, context, { action: 'webhook.redeliver' }, async (manager) => {
      const delivery = await lockDelivery(manager, { tenantId, endpointId, deliveryId });
      if (delivery.status === 'pending' || delivery.type === SECRET_EVENT)
        throw new PinwardError('DELIVERY_NOT_REPEATABLE');
      // Like a new delivery: after those that wait for the same card, with its full time.
      const again = { status: 'pending', createdAt: () => 'clock_timestamp()', endedAt: null } as const;
      await manager.update(WebhookDeliveryEntity, { tenantId, deliveryId }, again);
      const { cardId } = await manager.findOneByOrFail(OutboxEventEntity, { tenantId, id: delivery.eventId });
      await this.jobs.forget(manager, deliveryId);
      const job = { tenantId, deliveryId, endpointId, key: deliveryKey(endpointId, cardId) };
      await this.jobs.add(manager, 'events', [job]);
      return {
        answer: { ...storedBody({ deliveryId, status: 'pending' }), accepted: true },
        line: { result: 'accepted', details: { endpointId, deliveryId } },
      };
    });
  }
}

async function lockDelivery(
  manager: EntityManager,
  asked: { readonly tenantId: string; readonly endpointId: string; readonly deliveryId: string },
): Promise<WebhookDeliveryEntity> {
  const { tenantId, endpointId, deliveryId } = asked;
  if (!isUuid(endpointId) || !isUuid(deliveryId)) throw new PinwardError('DELIVERY_NOT_FOUND');
  const endpoint = await manager.findOneBy(WebhookEndpointEntity, { tenantId, endpointId });
  const delivery = await manager.findOne(WebhookDeliveryEntity, {
    where: { tenantId, endpointId, deliveryId },
    lock: { mode: 'for_no_key_update' },
  });
  if (delivery === null || endpoint === null || !endpoint.deletedAt.isNever)
    throw new PinwardError('DELIVERY_NOT_FOUND');
  return delivery;
}
