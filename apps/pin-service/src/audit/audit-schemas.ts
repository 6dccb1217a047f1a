import { z } from 'zod';
import { page, pageLimit } from '../edge/requests/schema-parts.js';

const size = z
  .string()
  .regex(/^(0|[1-9]\d{0,14})$/, 'must be a whole number')
  .transform(Number);

export const listEventsSchema = z.strictObject({
  cardId: z.string().min(1).max(64).optional(),
  cursor: size.optional(),
  limit: pageLimit,
});
export type ListEventsQuery = z.infer<typeof listEventsSchema>;

export const inclusionSchema = z.strictObject({ leafIndex: size, treeSize: size.optional() });
export type InclusionQuery = z.infer<typeof inclusionSchema>;

export const consistencySchema = z
  .strictObject({ from: size, to: size.optional() })
  .refine(({ from, to }) => to === undefined || from <= to, {
    path: ['to'],
    message: 'must not be below `from`',
  });
export type ConsistencyQuery = z.infer<typeof consistencySchema>;

const hash = z.base64();
const proof = z.array(hash);
const auditEvent = z
  .object({ leafIndex: z.int(), leafHash: hash, event: z.record(z.string(), z.unknown()) })
  .meta({ id: 'AuditEvent' });
export const eventsAnswer = page(auditEvent).meta({ id: 'AuditEvents' });
export const checkpointAnswer = z
  .object({
    checkpoint: z.string().describe('A signed note: docs/audit.md'),
    treeSize: z.int(),
    rootHash: hash,
    verifierKeys: z.array(z.string()),
  })
  .meta({ id: 'Checkpoint' });
export const inclusionAnswer = z
  .object({
    leafIndex: z.int(),
    treeSize: z.int(),
    entry: z.string().describe('What the leaf hashes'),
    leafHash: hash,
    proof,
  })
  .meta({ id: 'InclusionProof' });
export const consistencyAnswer = z
  .object({ from: z.int(), to: z.int(), proof })
  .meta({ id: 'ConsistencyProof' });
