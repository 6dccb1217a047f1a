import { z } from 'zod';
import { EVENT_TYPES } from '#libs/webhooks';
import { page, pageLimit, reason, time } from '../edge/requests/schema-parts.js';

export const createEndpointSchema = z
  .strictObject({
    url: z.string().min(1).max(4_096),
    events: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length).optional(),
    reason: reason.optional(),
  })
  .meta({
    id: 'CreateWebhookEndpoint',
    examples: [{ url: 'https://receiver.example/events', events: ['pin.locked'] }],
  });
export type CreateEndpointBody = z.infer<typeof createEndpointSchema>;

const paging = { cursor: z.string().min(1).max(64).optional(), limit: pageLimit };

export const listEndpointsSchema = z.strictObject(paging);
export type ListEndpointsQuery = z.infer<typeof listEndpointsSchema>;

export const listDeliveriesSchema = z.strictObject({
  status: z.enum(['pending', 'delivered', 'dead', 'expired', 'cancelled']).optional(),
  ...paging,
});
export type ListDeliveriesQuery = z.infer<typeof listDeliveriesSchema>;

export const endpointAnswer = z
  .object({
    endpointId: z.uuid(),
    url: z.string(),
    events: z.array(z.enum(EVENT_TYPES)).optional(),
    status: z.enum(['active', 'paused']),
    createdAt: time,
    failingSince: time.optional(),
    pausedAt: time.optional(),
    previousSecretExpiresAt: time.optional(),
  })
  .meta({ id: 'WebhookEndpoint' });
const sourceAddresses = z.array(z.string());
export const ownEndpointAnswer = endpointAnswer
  .extend({ sourceAddresses })
  .meta({ id: 'WebhookEndpointRead' });
export const endpointsAnswer = page(endpointAnswer)
  .extend({ sourceAddresses })
  .meta({ id: 'WebhookEndpoints' });
export const endpointWithSecretAnswer = endpointAnswer
  .extend({
    secret: z.string(),
    sourceAddresses: sourceAddresses.optional(),
  })
  .meta({ id: 'WebhookEndpointWithSecret' });
export const endpointDeleted = z
  .object({ endpointId: z.uuid(), status: z.literal('deleted') })
  .meta({ id: 'WebhookEndpointDeleted' });
const delivery = z
  .object({
    deliveryId: z.uuid(),
    type: z.enum(EVENT_TYPES),
    status: z.enum(['pending', 'delivered', 'dead', 'expired', 'cancelled']),
    attempts: z.int(),
    createdAt: time,
    lastAttemptAt: time.optional(),
    lastOutcome: z.string().optional(),
    endedAt: time.optional(),
  })
  .meta({ id: 'Delivery' });
export const deliveriesAnswer = page(delivery).meta({ id: 'Deliveries' });
export const pendingDeliveryAnswer = z
  .object({ deliveryId: z.uuid(), status: z.literal('pending') })
  .meta({ id: 'PendingDelivery' });
