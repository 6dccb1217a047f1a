import { EnvelopeUnreadable, type EnrolPinResult } from '#libs/hsm';

export interface PinSet {
  readonly pinStatus: 'active';
}

/** How an enrolment ended, where an envelope that does not open is a possible end: for a new PIN it costs no try. */
export type Enrolment = EnrolPinResult | { readonly outcome: 'unreadable' };

/** For `.catch` after enrolPin: an unreadable new PIN is an outcome, every other fault stays a fault. */
export function orUnreadable(fault: unknown): Enrolment {
  if (fault instanceof EnvelopeUnreadable) return { outcome: 'unreadable' };
  throw fault;
}

/**
 * The codes of a refused new PIN. Neither an answer nor the audit trail says which weak entry or which earlier PIN
 * matched.
 */
export const ENROLMENT_REFUSALS = {
  'too-weak': 'PIN_TOO_WEAK',
  reused: 'PIN_REUSED',
  unreadable: 'PIN_ENVELOPE_UNREADABLE',
} as const;
