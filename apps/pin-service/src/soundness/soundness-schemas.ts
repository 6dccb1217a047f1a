import { z } from 'zod';
import { VENDOR_PROFILE_NAMES } from '#libs/hsm';
import { time } from '../edge/requests/schema-parts.js';
import { CHECKS, DUE_KINDS, REASONS, STATES } from './check.js';

export const soundnessSchema = z.strictObject({
  dueWithinDays: z.coerce.number().int().min(1).max(90).default(14),
});
export type SoundnessQuery = z.infer<typeof soundnessSchema>;

const count = z.int().min(0);

/** Each member belongs to the checks that its description names. */
const facts = z.object({
  version: z.string().optional().describe('service: of the replica that answers'),
  replicas: count.optional().describe('service: processes that have reported within half a minute'),
  versions: z.array(z.string()).optional().describe('service: of all replicas'),
  profile: z.enum(VENDOR_PROFILE_NAMES).optional().describe('hsm'),
  knownAnswerTestAt: time.nullable().optional().describe('hsm: when the last one passed'),
  warnings: count.optional().describe('hsm: things to know; the log and readiness say which'),
  oldestWaitMs: count.optional().describe('hsm'),
  p99Ms: count.optional().describe('hsm: of the last minute'),
  answers: z.boolean().optional().describe('database'),
  writes: z.boolean().optional().describe('database'),
  migrated: z.boolean().optional().describe('database: it has the schema of this version'),
  compared: z.boolean().optional().describe('audit-trail: with the kept checkpoint, just now'),
  sealingSeconds: count.optional().describe('audit-trail: for how long the oldest line has waited'),
  receivers: z
    .array(z.object({ receiver: z.string(), lagSeconds: count, taking: z.boolean() }))
    .optional()
    .describe('audit-streams'),
  endpoints: count.optional().describe('codes, webhooks: of the tenant'),
  failing: count.optional().describe('codes, webhooks: endpoints that take nothing now, or are paused'),
  oldestSeconds: count.optional().describe('codes, webhooks: age of the oldest delivery that waits'),
  handOverSeconds: count
    .optional()
    .describe('codes, webhooks: how long events of any tenant have waited for their turn to be delivered'),
  deadWithinDay: count.optional().describe('codes, webhooks: given up within a day; 1,000 are 1,000 or more'),
  lagSeconds: count.optional().describe('alarms: what happened in so many seconds is not counted yet'),
  policyVersion: z.int().optional().describe('policy: in force'),
  differences: z
    .array(z.string())
    .optional()
    .describe('policy: members of which this replica was told otherwise'),
  overdue: count.optional().describe('due'),
  soon: count.optional().describe('due: not overdue, within the days that were asked for'),
});

const check = z
  .object({
    name: z.enum(CHECKS),
    state: z
      .enum(STATES)
      .describe('`off`: not set up or not used, which is no fault. `unknown`: it could not be asked'),
    reasons: z.array(z.enum(REASONS)).describe('Why it is not sound'),
    since: time.optional().describe('Where it is known since when'),
    facts,
  })
  .meta({ id: 'SoundnessCheck' });

const due = z
  .object({
    kind: z.enum(DUE_KINDS),
    name: z.string().describe('Key, client or endpoint; `listeners` for the certificate of the service'),
    dueAt: time,
    overdue: z.boolean(),
  })
  .meta({ id: 'DueItem' });

export const soundnessAnswer = z
  .object({
    status: z.enum(['sound', 'degraded', 'unsound']).describe('What is unknown is never sound'),
    checkedAt: time,
    checks: z.array(check).describe('All of them, always in this order'),
    due: z.object({
      withinDays: z.int(),
      items: z.array(due).describe('The first that is due before the others, at most 200'),
      more: z.boolean(),
      unknown: z.array(z.enum(DUE_KINDS)).describe('Kinds that could not be asked for'),
    }),
  })
  .meta({ id: 'Soundness' });
export type SoundnessAnswer = z.infer<typeof soundnessAnswer>;
export type Facts = z.infer<typeof facts>;
