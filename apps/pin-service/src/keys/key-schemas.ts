import { z } from 'zod';
import { KEY_KINDS, KEY_STATES } from '#libs/hsm';
import { KEY_STEPS, LISTED_STATES, WAYS_OFF } from '#libs/keys';
import { time } from '../edge/requests/schema-parts.js';

export const listKeysSchema = z.strictObject({ kind: z.enum(KEY_KINDS).optional() });
export type ListKeysQuery = z.infer<typeof listKeysSchema>;

const label = z.string().describe('Kind and generation, e.g. `card-vault-2`');

const neededBy = z.object({
  what: z.string().describe('The rows that only this generation can read, in words'),
  wayOff: z
    .enum(WAYS_OFF)
    .describe('How they leave it: `pinctl keys reseal`, PIN operations of their `cards`, or `time`'),
  exact: z.boolean().describe('False where a part of the rows was looked at: the numbers are an estimate'),
  installationPercent: z
    .int()
    .min(0)
    .max(100)
    .describe('Of the rows of all tenants; 0 where none was found, 100 where all of them name it'),
  tenant: z
    .object({ rows: z.int(), of: z.int() })
    .describe("Rows of the caller's tenant that name this generation, and any"),
});

const generation = z.object({
  key: label,
  generation: z.int().min(1),
  state: z.enum(LISTED_STATES),
  registeredAt: time,
  ageDays: z.int(),
  expiresAt: time
    .optional()
    .describe('When it stops being accepted, or the earliest time at which it may be retired'),
  usedPercent: z.int().optional().describe('Of the uses after which it is due, where uses are counted'),
  thumbprint: z
    .string()
    .optional()
    .describe('RFC 7638, base64url; of pairs of keys, whose public half is no secret'),
  neededBy: z.array(neededBy),
  heldBy: z.int().describe('How many of `processes` hold it'),
});

const step = z.object({
  what: z.enum(KEY_STEPS),
  key: label.optional(),
  command: z.string().optional().describe('Of pinctl; missing where it takes nothing but time'),
  until: time.optional().describe('When it can be done'),
});

const kind = z
  .object({
    kind: z.enum(KEY_KINDS),
    purpose: z.string(),
    rotation: z
      .object({ days: z.int(), uses: z.int().optional() })
      .describe('It is due after the first of these'),
    dueAt: time.optional().describe('Missing where no generation is current'),
    due: z.boolean(),
    steps: z.array(step).describe('What is next, in this order; none before the next rotation'),
    generations: z.array(generation).describe('Newest first; of retired ones the newest 20'),
    retired: z.int().describe('How many generations are retired'),
  })
  .meta({ id: 'KeyKind' });

export const keysAnswer = z
  .object({
    kinds: z.array(kind),
    processes: z
      .array(
        z.object({
          replicaId: z.uuid(),
          host: z.string().optional(),
          version: z.string().optional(),
          startedAt: time.optional(),
          seenAt: time.describe('Its latest report'),
          keys: z.record(z.string(), z.enum(KEY_STATES)).describe('State by label of the keys that it holds'),
          trouble: z.string().optional().describe('Why it does not hold a registered key'),
        }),
      )
      .describe('Those that have reported within 30 seconds, the first 200'),
  })
  .meta({ id: 'Keys' });
