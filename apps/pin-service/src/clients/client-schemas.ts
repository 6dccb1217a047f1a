import { z } from 'zod';
import { pageLimit, reason } from '../edge/requests/schema-parts.js';

/** The form alone; what the members may say is the registry's to judge, as it also does for pinctl. */
export const createClientSchema = z.strictObject({
  clientId: z.string().max(64),
  scopes: z.array(z.string().max(64)).max(32),
  person: z.string().max(200).optional(),
  allowedAddresses: z.array(z.string().max(64)).max(64).optional(),
  requestsPerMinute: z.number().optional(),
  reason: reason.optional(),
});
export type CreateClientBody = z.infer<typeof createClientSchema>;

export const listClientsSchema = z.strictObject({
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});
export type ListClientsQuery = z.infer<typeof listClientsSchema>;

export const personSchema = z.strictObject({ name: z.string().min(1).max(400) });
export type PersonBody = z.infer<typeof personSchema>;

/** Of another's secret: no body, or why. */
export const rotateSecretSchema = z.strictObject({ reason: reason.optional() }).nullish();
export type RotateSecretBody = z.infer<typeof rotateSecretSchema>;
