import { z } from 'zod';

const PIN_LENGTHS = [4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
/** For each length, as in PIN_WEAK_LIST_FILE; for four digits also the days of the year in both orders. */
const WEAK_PINS_AT_MOST = 128;
const DATES_AT_MOST = 588;

const weakPins = z
  .array(z.string().regex(/^\d{4,12}$/, 'must be a PIN of 4 to 12 digits'))
  .refine(
    (pins) =>
      PIN_LENGTHS.every((length) => {
        const most = WEAK_PINS_AT_MOST + (length === 4 ? DATES_AT_MOST : 0);
        return pins.filter((pin) => pin.length === length).length <= most;
      }),
    `must have at most ${WEAK_PINS_AT_MOST} entries a length, and ${DATES_AT_MOST} days of the year`,
  )
  .transform((pins) => [...new Set(pins)].toSorted());

/**
 * What protects cards and power. The database holds one for all of its services; times are in the units of the names.
 */
const members = z.strictObject({
  approvals: z.int().min(1).max(2),
  pinMaxTries: z.int().min(1).max(15),
  pinMaxFailuresWithoutSuccess: z.int().min(1).max(1_000),
  pinHistoryLength: z.int().min(1).max(24),
  /** Whether a first PIN takes a one-time password; a tenant may have its own rule (table tenants). */
  pinSetOtp: z.boolean(),
  pinEvaluationWindowMs: z.int().min(3_000).max(120_000),
  clientSecretOverlapHours: z.int().min(0).max(720),
  clientSecretMaxAgeDays: z.int().min(15).max(3_650),
  clientSecretRefuseOld: z.boolean(),
  /** Whether an alarm of guessing pauses the PIN calls of its client (docs/alarms.md). */
  alarmPause: z.boolean(),
  /** So many wrong PINs of a client in five minutes are never an alarm; the other floors follow from it. */
  alarmFloor: z.int().min(5).max(1_000_000),
  /** Sorted, each once. They are no secrets: the list that ships is published. */
  weakPins,
});
export const policySchema = members.refine(
  (policy) => policy.pinMaxFailuresWithoutSuccess >= policy.pinMaxTries,
  {
    path: ['pinMaxFailuresWithoutSuccess'],
    message: 'must not be below pinMaxTries: the first lock would already be final',
  },
);
/** The members to change. */
export const policyChangesSchema = members.partial();

export type Policy = Readonly<z.infer<typeof policySchema>>;
export type PolicyMember = keyof Policy;
/** The members to change. */
export type PolicyChanges = Readonly<z.infer<typeof policyChangesSchema>>;

/** The settings of a service that give a member of the policy. */
export const POLICY_SETTINGS: Readonly<Record<PolicyMember, string>> = {
  approvals: 'APPROVALS',
  pinMaxTries: 'PIN_MAX_TRIES',
  pinMaxFailuresWithoutSuccess: 'PIN_MAX_FAILURES_WITHOUT_SUCCESS',
  pinHistoryLength: 'PIN_HISTORY_LENGTH',
  pinSetOtp: 'PIN_SET_OTP',
  pinEvaluationWindowMs: 'PIN_EVALUATION_WINDOW_MS',
  clientSecretOverlapHours: 'CLIENT_SECRET_OVERLAP_HOURS',
  clientSecretMaxAgeDays: 'CLIENT_SECRET_MAX_AGE_DAYS',
  clientSecretRefuseOld: 'CLIENT_SECRET_REFUSE_OLD',
  alarmPause: 'ALARM_PAUSE',
  alarmFloor: 'ALARM_FLOOR',
  weakPins: 'PIN_WEAK_LIST_FILE and PIN_WEAK_DATES',
};

export const POLICY_MEMBERS = Object.keys(POLICY_SETTINGS) as readonly PolicyMember[];

/** A version of the policy, as the database holds it. */
export interface PolicyVersion {
  /** From 1 on. */
  readonly version: number;
  readonly policy: Policy;
  readonly setBy: string;
  /** The client that set it. */
  readonly setThrough: string;
  readonly reason: string;
  readonly setAt: Date;
}
