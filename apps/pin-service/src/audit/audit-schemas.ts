import { z } from 'zod';
import { page } from '../edge/requests/schema-parts.js';
import { size } from './search-schemas.js';

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
export const eventsAnswer = page(auditEvent)
  .extend({
    searchedTo: z
      .string()
      .nullable()
      .describe('Time of the last line that this page has looked at; null when there was none'),
  })
  .meta({ id: 'AuditEvents' });
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
