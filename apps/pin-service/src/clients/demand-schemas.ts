import { z } from 'zod';
import { CLIENT_METHODS } from '#libs/api-clients';
import { reason, time } from '../edge/requests/schema-parts.js';

const demand = {
  methods: z
    .array(z.enum(CLIENT_METHODS))
    .min(1)
    .max(CLIENT_METHODS.length)
    .describe('How a client may prove itself'),
  senderConstrained: z.boolean().describe('Whether each token must be bound to a key or a certificate'),
};

/** What is asked for, and kept while it waits for a second person. */
export const demandSchema = z.strictObject({
  ...demand,
  validFrom: time.describe('From when on; now unless given').optional(),
});

export const changeDemandSchema = demandSchema.extend({ reason }).meta({
  id: 'ChangeClientDemands',
  examples: [
    {
      methods: ['private_key_jwt', 'tls_client_auth'],
      senderConstrained: true,
      validFrom: '2027-01-01T00:00:00Z',
      reason: 'Decision of the security board',
    },
  ],
});
export type ChangeDemandBody = z.infer<typeof changeDemandSchema>;

export const demandAnswer = z
  .object({
    ...demand,
    demandNo: z.int().min(1),
    validFrom: time,
    setBy: z.string(),
    setThrough: z.string(),
    reason: z.string(),
    setAt: time,
  })
  .meta({ id: 'ClientDemand' });
export const demandsAnswer = z
  .object({ ...demand, history: z.array(demandAnswer).describe('Newest first, also what has not begun') })
  .meta({ id: 'ClientDemands' });
