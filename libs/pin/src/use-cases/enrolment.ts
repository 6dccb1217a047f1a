import { EnvelopeUnreadable, type EnrolPinResult } from '#libs/hsm';
import type { RequestContext, StoredAnswer } from '#libs/requests';
import type { PinStore } from '../ports/pin-store.js';
import { refusalError } from './outcomes.js';

/** An enrolment's outcome when an envelope that does not open is one of them: for a new PIN it costs no try. */
export type Enrolment = EnrolPinResult | { readonly outcome: 'unreadable' };

/** For `.catch` behind enrolPin: an unreadable new PIN is an outcome, every other fault stays a fault. */
export function orUnreadable(fault: unknown): Enrolment {
  if (fault instanceof EnvelopeUnreadable) return { outcome: 'unreadable' };
  throw fault;
}

/** The codes of a refused new PIN. Which weak entry or which earlier PIN hit is never told, nor recorded. */
export const ENROLMENT_REFUSALS = {
  'too-weak': 'PIN_TOO_WEAK',
  reused: 'PIN_REUSED',
  unreadable: 'PIN_ENVELOPE_UNREADABLE',
} as const;

/**
 * The stored answer of this request id, or null when the id is new.
 *
 * @throws PinwardError when the id is in use by another body, still running, or not replayable
 */
export async function earlierAnswer(store: PinStore, context: RequestContext): Promise<StoredAnswer | null> {
  const claim = await store.lookUpClaim(context);
  if (claim.outcome === 'answered') return claim.answer;
  if (claim.outcome !== 'new') throw refusalError(claim);
  return null;
}
