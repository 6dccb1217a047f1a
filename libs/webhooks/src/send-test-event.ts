import type { DataSource, EntityManager } from 'typeorm';
import { isUuid, OutboxEventEntity, WebhookDeliveryEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { once, storedBody, type Answered, type RequestContext } from '#libs/requests';
import type { DeliveryJobs } from './delivery-jobs.js';
import { TEST_EVENT } from './event-types.js';
import { lockEndpoint } from './persistence/endpoints.js';
import { newDeliveryId } from './relay-events.js';

/** Nobody waits longer for it, and a receiver that comes back hours later is not told of it. */
const LIFETIME_MS = 600_000;

/**
 * An event that tells of nothing, for one endpoint: signed, sent, tried again and listed like every other, so that a
 * receiver is known to work before something happens.
 */
export class SendTestEvent {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: DeliveryJobs,
    private readonly now: () => Date,
  ) {}

  /** @throws PinwardError WEBHOOK_ENDPOINT_NOT_FOUND */
  async execute(context: RequestContext, endpointId: string): Promise<Answered<object>> {
    const { tenantId } = context;
    return await once(this.dataSource, context, { action: 'webhook.test' }, async (manager) => {
      // 1. The endpoint, which is not deleted meanwhile.
      if (!isUuid(endpointId)) throw new PinwardError('WEBHOOK_ENDPOINT_NOT_FOUND');
      await lockEndpoint(manager, { tenantId, endpointId });
      // 2. The event, which no relay looks at, with its one delivery.
      const eventId = await insertTestEvent(manager, context, { endpointId, at: this.now() });
      const deliveryId = newDeliveryId(eventId);
      const delivery = { tenantId, deliveryId, endpointId };
      await manager.insert(WebhookDeliveryEntity, { ...delivery, eventId, type: TEST_EVENT });
      // 3. Its job. A key of its own: it waits for nothing, and nothing waits for it.
      await this.jobs.add(manager, 'events', [{ ...delivery, key: deliveryId }]);
      return {
        answer: { ...storedBody({ deliveryId, status: 'pending' }), accepted: true },
        line: { result: 'accepted', details: { endpointId, deliveryId } },
      };
    });
  }
}

async function insertTestEvent(
  manager: EntityManager,
  { tenantId, clientId: through, subject: by, requestId }: RequestContext,
  { endpointId, at }: { readonly endpointId: string; readonly at: Date },
): Promise<string> {
  const event = manager.create(OutboxEventEntity, {
    tenantId,
    type: TEST_EVENT,
    data: JSON.stringify({ endpointId, by, through, requestId }),
    expiresAt: new Date(at.getTime() + LIFETIME_MS),
    relayedAt: at,
  });
  await manager.insert(OutboxEventEntity, event);
  return event.id;
}
