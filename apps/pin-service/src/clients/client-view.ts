import { z } from 'zod';
import { clientView, KEY_METHODS, SCOPES, type IssuedSecret } from '#libs/api-clients';
import { page, time } from '../edge/requests/schema-parts.js';

export const clientAnswer = z
  .object({
    clientId: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    person: z.string().optional(),
    allowedAddresses: z.array(z.string()),
    requestsPerMinute: z.int().optional(),
    createdAt: time,
    revokedAt: time.optional(),
    secrets: z.array(z.object({ createdAt: time, ageDays: z.int(), expiresAt: time.optional() })),
    keys: z.array(
      z.object({
        method: z.enum(KEY_METHODS),
        kids: z.array(z.string()).optional(),
        jwksUri: z.string().optional(),
        thumbprints: z.array(z.string()).optional(),
        createdAt: time,
        ageDays: z.int().optional(),
        expiresAt: time.optional(),
      }),
    ),
  })
  .meta({ id: 'Client' });
export const clientsAnswer = page(clientAnswer).meta({ id: 'Clients' });
export const clientWithSecretAnswer = clientAnswer
  .extend({ clientSecret: z.string().describe('Shown once') })
  .meta({ id: 'ClientWithSecret' });

/** Of a client that was registered with keys or certificates there is no secret to show. */
export const createdClientAnswer = clientAnswer
  .extend({ clientSecret: z.string().describe('Shown once; missing where keys were given').optional() })
  .meta({ id: 'CreatedClient' });

/** The only answers that show a secret; they are neither stored nor cached. */
export function issuedSecretView({ client, secret }: IssuedSecret) {
  return { ...clientView(client, new Date()), clientSecret: secret.reveal() };
}
