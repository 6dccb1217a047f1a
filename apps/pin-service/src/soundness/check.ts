/** What is looked at. The order is that in which they are told. */
export const CHECKS = [
  'service',
  'hsm',
  'database',
  'audit-trail',
  'audit-witness',
  'audit-streams',
  'codes',
  'webhooks',
  'rate-limits',
  'alarms',
  'policy',
  'due',
] as const;
export type CheckName = (typeof CHECKS)[number];

/**
 * `unsound`: PIN operations fail, or are about to. `degraded`: they are served, and an operator should look. `unknown` is not
 * sound. `off` is not set up or not used.
 */
export const STATES = ['sound', 'degraded', 'unsound', 'unknown', 'off'] as const;
export type State = (typeof STATES)[number];

/** Categories: what exactly happened is in the log, which no tenant reads. */
export const REASONS = [
  'not-asked',
  'stopping',
  'several-versions',
  'keys-not-taken-up',
  'not-ready',
  'lagging',
  'no-answer',
  'no-writes',
  'other-schema',
  'not-the-kept-one',
  'not-compared',
  'not-kept',
  'sealed-late',
  'not-taken',
  'endpoints-failing',
  'waits-long',
  'given-up',
  'counted-apart',
  'counted-late',
  'differs',
  'overdue',
] as const;
type Reason = (typeof REASONS)[number];

export const DUE_KINDS = [
  'hsm-key',
  'client-secret',
  'client-keys',
  'client-certificates',
  'webhook-secret',
  'tls-certificate',
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

/** What a check found: reasons with what each makes of it, as far as it applies. */
export interface Finding<Facts> {
  readonly facts: Facts;
  readonly reasons: readonly (readonly [reason: Reason, makes: State, applies: boolean])[];
  readonly since?: Date | null;
  /** It is not set up or not used; reasons do not matter then. */
  readonly isOff?: boolean;
}

const WORST_FIRST: readonly State[] = ['unsound', 'unknown', 'degraded', 'sound'];

/** The worst of its reasons. */
export function stateOf({ reasons, isOff = false }: Finding<unknown>): State {
  if (isOff) return 'off';
  const made = reasons.filter(([, , applies]) => applies).map(([, state]) => state);
  return WORST_FIRST.find((state) => made.includes(state)) ?? 'sound';
}

/** Of the whole: what is not known is not sound. */
export function statusOf(states: readonly State[]): 'sound' | 'degraded' | 'unsound' {
  if (states.includes('unsound')) return 'unsound';
  return states.every((state) => state === 'sound' || state === 'off') ? 'sound' : 'degraded';
}
