import { PinwardError, type ErrorCode } from '#libs/errors';
import { HsmFault } from '#libs/hsm';
import type { Answered, StoredAnswer } from '../ports/answers.js';
import type { ClaimLookup, SpendRefusal } from '../ports/pin-store.js';

/** Seconds until a caller may well try again when the HSM is away. */
const HSM_RETRY_AFTER_SECONDS = 2;

export function storedBody(body: Readonly<Record<string, unknown>>): StoredAnswer {
  return { body };
}

export function storedProblem(
  problem: ErrorCode,
  members: Readonly<Record<string, unknown>> = {},
): StoredAnswer {
  return { problem, members };
}

/**
 * Turns a final answer into what the use case returns or throws.
 *
 * @throws PinwardError when the answer is a problem
 */
export function replay<Body>(answer: StoredAnswer, { replayed } = { replayed: true }): Answered<Body> {
  if ('problem' in answer) {
    if (answer.problem === 'HSM_UNAVAILABLE') throw hsmUnavailable();
    throw new PinwardError(answer.problem, answer.members, { replayed });
  }
  // The body was written by the same use case for the same request id, so its shape is the use case's own.
  return { body: answer.body as Body, replayed };
}

type Refusal = Exclude<SpendRefusal | ClaimLookup, { outcome: 'answered' | 'new' }>;

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
    case 'request-id-reused':
      return new PinwardError('REQUEST_ID_REUSED');
    case 'request-not-replayable':
      return new PinwardError('REQUEST_NOT_REPLAYABLE');
    case 'evaluation-in-flight':
      return new PinwardError('PIN_EVALUATION_IN_PROGRESS', {}, refusal);
    case 'request-in-progress':
      return new PinwardError('REQUEST_IN_PROGRESS', {}, refusal);
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
