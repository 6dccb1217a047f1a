import { z } from 'zod';
import { CLIENT_METHODS } from '#libs/api-clients';
import { pageLimit, reason } from '../edge/requests/schema-parts.js';

/** How a client without a secret proves itself: exactly one of them, which the registry judges. All of it is public. */
export const newKeysSchema = z
  .strictObject({
    jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).max(16) }),
    jwksUri: z.string().max(4_096),
    certificates: z.array(z.string().max(8_192)).max(16),
  })
  .partial()
  .meta({ id: 'NewClientKeys', examples: [{ jwksUri: 'https://card-backend.example/jwks.json' }] });

/** The form alone; what the members may say is the registry's to judge, as it also does for pinctl. */
export const createClientSchema = z
  .strictObject({
    clientId: z.string().max(64),
    scopes: z.array(z.string().max(64)).max(32),
    person: z.string().max(200).optional(),
    allowedAddresses: z.array(z.string().max(64)).max(64).optional(),
    requestsPerMinute: z.number().optional(),
    keys: newKeysSchema.describe('In place of a secret').optional(),
    reason: reason.optional(),
  })
  .meta({
    id: 'CreateClient',
    examples: [
      {
        clientId: 'card-backend',
        scopes: ['pin:set', 'pin:validate'],
        allowedAddresses: ['203.0.113.16/28'],
      },
    ],
  });
export type CreateClientBody = z.infer<typeof createClientSchema>;

/** The form alone, as for a new client; what is absent stays. */
export const changeClientSchema = z
  .strictObject({
    scopes: z.array(z.string().max(64)).max(32).optional(),
    allowedAddresses: z.array(z.string().max(64)).max(64).optional(),
    requestsPerMinute: z.number().nullable().describe("Null: the service's own limit").optional(),
    reason,
  })
  .meta({
    id: 'ChangeClient',
    examples: [{ allowedAddresses: ['203.0.113.16/28'], reason: 'The second data centre is closed' }],
  });
export type ChangeClientBody = z.infer<typeof changeClientSchema>;

export const listClientsSchema = z.strictObject({
  cursor: z.string().min(1).max(512).optional(),
  limit: pageLimit,
});
export type ListClientsQuery = z.infer<typeof listClientsSchema>;

export const personSchema = z
  .strictObject({ name: z.string().min(1).max(400) })
  .meta({ id: 'PersonName', examples: [{ name: 'Ada Lovelace' }] });
export type PersonBody = z.infer<typeof personSchema>;

/** Of another's secret: no body, or why. */
export const rotateSecretSchema = z
  .strictObject({ reason: reason.optional() })
  .meta({ id: 'RotateSecret', examples: [{ reason: 'It may have been seen' }] })
  .nullish();
export type RotateSecretBody = z.infer<typeof rotateSecretSchema>;

export const rotateKeysSchema = newKeysSchema
  .extend({ reason: reason.optional() })
  .meta({ id: 'RotateKeys', examples: [{ jwksUri: 'https://card-backend.example/jwks.json' }] });
export type RotateKeysBody = z.infer<typeof rotateKeysSchema>;

export const withdrawMethodSchema = z
  .strictObject({ method: z.enum(CLIENT_METHODS) })
  .meta({ id: 'WithdrawMethod', examples: [{ method: 'client_secret' }] });
export type WithdrawMethodBody = z.infer<typeof withdrawMethodSchema>;
