import { body, operation } from '../backend/calls/operation.js';
import type { Page, PageOf } from '../backend/contract/lists.js';

/** What was counted. `cards` are cards with a first wrong PIN since their last right one. */
export type AlarmKind =
  'wrong-pins' | 'cards' | 'locks' | 'otp-refusals' | 'unreadable-envelopes' | 'replays';

/** Far more of a kind than is usual (docs/alarms.md). */
export interface Alarm {
  readonly alarmId: string;
  readonly kind: AlarmKind;
  /** Absent: all clients of the tenant together. */
  readonly clientId?: string | undefined;
  readonly windowSeconds: number;
  /** The most in such a window so far. */
  readonly count: number;
  readonly usual: number;
  readonly limit: number;
  readonly since: string;
  readonly lastOverAt: string;
  readonly raisedAt: string;
  /** Absent while it is open. */
  readonly endedAt?: string | undefined;
  /** The pause that it brought about, also after its release. */
  readonly brakeId?: string | undefined;
}

/** With the scope `ops:read` or `ops:brakes`. A pause is released with `releaseBrake`. */
export const ALARM_OPERATIONS = {
  /** Newest first. */
  listAlarms: operation<PageOf & { readonly state?: 'open' | 'ended' }>()('GET /v1/admin/alarms', {
    answers: { 200: body<Page<Alarm>> },
  }),
};
