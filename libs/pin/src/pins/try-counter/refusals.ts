import { PinwardError } from '#libs/errors';
import { hsmUnavailable } from '#libs/hsm';
import { answered, claimRefusal, type Answered, type ClaimRefusal, type StoredAnswer } from '#libs/requests';
import type { SpendRefusal } from './evaluation.js';

/**
 * Turns a final answer into what the use case returns or throws.
 *
 * @throws PinwardError when the answer is a problem
 */
export function replay<Body>(answer: StoredAnswer, { replayed } = { replayed: true }): Answered<Body> {
  // Not final: what is stored is that nothing was evaluated, and the caller needs its Retry-After.
  if ('problem' in answer && answer.problem === 'HSM_UNAVAILABLE') throw hsmUnavailable();
  return answered<Body>(answer, { replayed });
}

/** An evaluation takes milliseconds; its deadline, which a crash alone makes anybody wait for, is no hint. */
export function evaluationInProgress(): PinwardError {
  return new PinwardError('PIN_EVALUATION_IN_PROGRESS', {}, { retryAfterSeconds: 1 });
}

type Refusal = Exclude<SpendRefusal, { outcome: 'answered' }> | ClaimRefusal;

/** The refusals that wrote nothing, as the problems the contract names. */
export function refusalError(refusal: Refusal): PinwardError {
  switch (refusal.outcome) {
    case 'unknown-card':
      return new PinwardError('CARD_NOT_FOUND');
    case 'card-closed':
      return new PinwardError('CARD_CLOSED');
    case 'pin-not-set':
      return new PinwardError('PIN_NOT_SET');
    case 'pin-locked':
      return new PinwardError('PIN_LOCKED');
    case 'envelope-replayed':
      return new PinwardError('PIN_ENVELOPE_REPLAYED');
    case 'evaluation-in-flight':
      return evaluationInProgress();
    default:
      return claimRefusal(refusal);
  }
}
