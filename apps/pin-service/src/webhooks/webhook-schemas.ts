import { z } from 'zod';
import { EVENT_TYPES } from '#libs/webhooks';
import { reason } from '../clients/client-schemas.js';
import { pageLimit } from '../edge/requests/page-limit.js';

export const createEndpointSchema = z.strictObject({
  url: z.string().min(1).max(4_096),
  events: z.array(z.enum(EVENT_TYPES)).min(1).max(EVENT_TYPES.length).optional(),
  reason: reason.optional(),
});
export type CreateEndpointBody = z.infer<typeof createEndpointSchema>;

const page = { cursor: z.string().min(1).max(64).optional(), limit: pageLimit };

export const listEndpointsSchema = z.strictObject(page);
export type ListEndpointsQuery = z.infer<typeof listEndpointsSchema>;

export const listDeliveriesSchema = z.strictObject({
  status: z.enum(['pending', 'delivered', 'dead', 'expired', 'cancelled']).optional(),
  ...page,
});
export type ListDeliveriesQuery = z.infer<typeof listDeliveriesSchema>;
