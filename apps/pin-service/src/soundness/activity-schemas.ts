import { z } from 'zod';
import { ACTIVITY_KINDS, type Activity } from '#libs/alarms';
import { time } from '../edge/requests/schema-parts.js';

export const activitySchema = z.strictObject({
  hours: z.coerce.number().int().min(1).max(168).default(24),
});
export type ActivityQuery = z.infer<typeof activitySchema>;

const count = z.int().min(0);
const counts = z
  .object({
    validations: count.describe('PINs that were compared, right or wrong'),
    wrongPins: count.describe('Of validate and change'),
    locks: count.describe('Cards that a failure has locked'),
    unlocks: count.describe('By operators, and by the restoration of an incident'),
    otpIssued: count,
    otpRefusals: count.describe('Wrong or unknown one-time passwords'),
    refusedCalls: count.describe('Without an effect: rights, limits, states, tokens'),
  })
  .meta({ id: 'ActivityCounts' });
type Counts = z.infer<typeof counts>;

export const activityAnswer = z
  .object({
    countedFrom: time.nullable().describe('The first hour that is counted as a whole'),
    countedTo: time.nullable().describe('What happened before is counted'),
    items: z
      .array(
        z.object({
          hour: time.describe('Its beginning'),
          counts: counts.nullable().describe('Null: not counted, which is not the same as nothing'),
        }),
      )
      .describe('One an hour, oldest first; the last is the hour of now, so far'),
  })
  .meta({ id: 'Activity' });

const MEMBERS: Readonly<Record<(typeof ACTIVITY_KINDS)[number], keyof Counts>> = {
  validations: 'validations',
  'wrong-pins': 'wrongPins',
  locks: 'locks',
  unlocks: 'unlocks',
  'otp-issued': 'otpIssued',
  'otp-refusals': 'otpRefusals',
  'refused-calls': 'refusedCalls',
};

export function activityView({ countedFrom, countedTo, hours }: Activity) {
  return {
    countedFrom: countedFrom?.toISOString() ?? null,
    countedTo: countedTo?.toISOString() ?? null,
    items: hours.map(({ hour, counts: found }) => ({
      hour: hour.toISOString(),
      counts:
        found === null
          ? null
          : Object.fromEntries(ACTIVITY_KINDS.map((kind) => [MEMBERS[kind], found[kind]])),
    })),
  };
}
