import { body, operation } from '../backend/calls/operation.js';

export type CheckName =
  | 'service'
  | 'hsm'
  | 'database'
  | 'audit-trail'
  | 'audit-witness'
  | 'audit-streams'
  | 'codes'
  | 'webhooks'
  | 'rate-limits'
  | 'alarms'
  | 'policy'
  | 'due';

/** One part of the service. */
export interface SoundnessCheck {
  readonly name: CheckName;
  /** `off`: not set up or not used. `unknown`: it could not be asked, which is not sound. */
  readonly state: 'sound' | 'degraded' | 'unsound' | 'unknown' | 'off';
  /** Categories, in words of a closed set (docs/http-api.md). */
  readonly reasons: readonly string[];
  readonly since?: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

export type DueKind =
  'hsm-key' | 'client-secret' | 'client-keys' | 'client-certificates' | 'webhook-secret' | 'tls-certificate';

export interface DueItem {
  readonly kind: DueKind;
  readonly name: string;
  readonly dueAt: string;
  readonly overdue: boolean;
}

export interface Soundness {
  readonly status: 'sound' | 'degraded' | 'unsound';
  readonly checkedAt: string;
  readonly checks: readonly SoundnessCheck[];
  readonly due: {
    readonly withinDays: number;
    /** The first that is due before the others. */
    readonly items: readonly DueItem[];
    readonly more: boolean;
    /** Kinds that could not be asked for. */
    readonly unknown: readonly DueKind[];
  };
}

export interface ActivityCounts {
  readonly validations: number;
  readonly wrongPins: number;
  readonly locks: number;
  readonly unlocks: number;
  readonly otpIssued: number;
  readonly otpRefusals: number;
  readonly refusedCalls: number;
}

export interface Activity {
  readonly countedFrom: string | null;
  readonly countedTo: string | null;
  /** One an hour, oldest first; the last is the hour of now, so far. */
  readonly items: readonly {
    readonly hour: string;
    /** Null: not counted, which is not the same as nothing. */
    readonly counts: ActivityCounts | null;
  }[];
}

/** With the scope `ops:read`. */
export const OVERVIEW_OPERATIONS = {
  readSoundness: operation<{ readonly dueWithinDays?: number }>()('GET /v1/admin/soundness', {
    answers: { 200: body<Soundness> },
  }),
  /** Counts of the tenant, by the hour. */
  readActivity: operation<{ readonly hours?: number }>()('GET /v1/admin/activity', {
    answers: { 200: body<Activity> },
  }),
};
