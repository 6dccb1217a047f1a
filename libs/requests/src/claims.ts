import { PinwardError } from '#libs/errors';
import type { StoredAnswer } from './answers.js';

/** What is known of a request id before anything is done. */
export type ClaimLookup =
  | { readonly outcome: 'new' }
  | { readonly outcome: 'answered'; readonly answer: StoredAnswer }
  | { readonly outcome: 'request-in-progress'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'request-id-reused' }
  | { readonly outcome: 'request-not-replayable' };

export type ClaimRefusal = Exclude<ClaimLookup, { outcome: 'new' | 'answered' }>;

/** The refusals of a repeated request id, as the problems the contract names. */
export function claimRefusal(refusal: ClaimRefusal): PinwardError {
  switch (refusal.outcome) {
    case 'request-id-reused':
      return new PinwardError('REQUEST_ID_REUSED');
    case 'request-not-replayable':
      return new PinwardError('REQUEST_NOT_REPLAYABLE');
    case 'request-in-progress':
      return new PinwardError('REQUEST_IN_PROGRESS', {}, refusal);
  }
}
