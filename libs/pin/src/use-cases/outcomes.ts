import { PinwardError } from '#libs/errors';
import { HsmFault } from '#libs/hsm';
import { answered, claimRefusal, type Answered, type ClaimRefusal, type StoredAnswer } from '#libs/requests';
import type { SpendRefusal } from '../ports/pin-store.js';

/** Seconds until a caller may well try again when the HSM is away. */
const HSM_RETRY_AFTER_SECONDS = 2;

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
      return new PinwardError('PIN_EVALUATION_IN_PROGRESS', {}, refusal);
    default:
      return claimRefusal(refusal);
  }
}

/** 503: nothing was evaluated, the same request may be sent again. */
export function hsmUnavailable(cause?: unknown): PinwardError {
  return new PinwardError('HSM_UNAVAILABLE', {}, { cause, retryAfterSeconds: HSM_RETRY_AFTER_SECONDS });
}

/** For `.catch` behind an HSM call that no try hangs on. */
export function unavailableIfHsmFault(fault: unknown): never {
  throw fault instanceof HsmFault ? hsmUnavailable(fault) : fault;
}
