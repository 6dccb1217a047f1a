import { PinwardError, type ErrorCode } from '#libs/errors';
import type { StoredAnswer } from './answers.js';

/** Why something was not done: the contract's code, and how long to wait where waiting helps. */
export interface Refusal<Code extends ErrorCode = ErrorCode> {
  readonly outcome: Code;
  readonly retryAfterSeconds?: number;
}

/** What is known of a request id before anything is done. */
export type ClaimLookup = { readonly outcome: 'new' } | AnsweredClaim | ClaimRefusal;

export interface AnsweredClaim {
  readonly outcome: 'answered';
  readonly answer: StoredAnswer;
}

export type ClaimRefusal = Refusal<'REQUEST_IN_PROGRESS' | 'REQUEST_ID_REUSED' | 'REQUEST_NOT_REPLAYABLE'>;

export function refused({ outcome, ...wait }: Refusal): PinwardError {
  return new PinwardError(outcome, {}, wait);
}
