/** What is counted. `cards` are cards with a first wrong PIN since their last right one: a spray shows there. */
export const ALARM_KINDS = [
  'wrong-pins',
  'cards',
  'locks',
  'otp-refusals',
  'unreadable-envelopes',
  'replays',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A window that is counted. */
export interface Window {
  readonly seconds: number;
  readonly ms: number;
  readonly aDay: number;
  /** The floor of this window, in floors of the short one. */
  readonly floors: number;
}

/** A storm shows in the short window. The long one finds what is spread thinner: its floor is a third of twelve short ones. */
export const WINDOWS: readonly [Window, Window] = [window(5 * MINUTE_MS, 1), window(60 * MINUTE_MS, 4)];

function window(ms: number, floors: number): Window {
  return { ms, seconds: ms / 1_000, aDay: DAY_MS / ms, floors };
}

/** In parts of the policy's floor, which is for wrong PINs: the more clearly something is an attack, the fewer suffice. */
const FLOOR_PARTS: Readonly<Record<AlarmKind, number>> = {
  'wrong-pins': 1,
  cards: 1,
  locks: 0.2,
  'otp-refusals': 0.4,
  'unreadable-envelopes': 0.4,
  replays: 0.2,
};
/** All clients of a tenant together. */
const TENANT_FLOORS = 2;

export interface FloorOf {
  readonly kind: AlarmKind;
  readonly ofTenant: boolean;
  readonly window: Window;
}

/** @param alarmFloor of the policy */
export function floorOf(alarmFloor: number, { kind, ofTenant, window: { floors } }: FloorOf): number {
  return Math.ceil(alarmFloor * FLOOR_PARTS[kind]) * floors * (ofTenant ? TENANT_FLOORS : 1);
}
