import { z } from 'zod';
import { clientView, SCOPES, type IssuedSecret } from '#libs/api-clients';
import { page, time } from '../edge/requests/schema-parts.js';

export const clientAnswer = z.object({
  clientId: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  person: z.string().optional(),
  allowedAddresses: z.array(z.string()),
  requestsPerMinute: z.int().optional(),
  createdAt: time,
  revokedAt: time.optional(),
  secrets: z.array(z.object({ createdAt: time, ageDays: z.int(), expiresAt: time.optional() })),
});
export const clientsAnswer = page(clientAnswer);
export const clientWithSecretAnswer = clientAnswer.extend({ clientSecret: z.string() });

/** The only answers that show a secret; they are neither stored nor cached. */
export function issuedSecretView({ client, secret }: IssuedSecret) {
  return { ...clientView(client, new Date()), clientSecret: secret.reveal() };
}
