import { type ErrorCode, PinwardError } from '#libs/errors';
import { readAnswer, type StoredAnswer } from './answers.js';
import type { EntityManager } from 'typeorm';
import { isSameBody, type RequestClaim, type RequestContext } from './request-context.js';
import { IdempotencyRecordEntity } from '#libs/database';

/** Why something was not done: the contract's code, and how long to wait if waiting helps. */
export interface Refusal<Code extends ErrorCode = ErrorCode> {
  readonly outcome: Code;
  readonly retryAfterSeconds?: number;
}

/** The stored claim of a request id, before the work begins. */
export type ClaimLookup = { readonly outcome: 'new' } | AnsweredClaim | ClaimRefusal;

interface AnsweredClaim {
  readonly outcome: 'answered';
  readonly answer: StoredAnswer;
}

export type ClaimRefusal = Refusal<'REQUEST_IN_PROGRESS' | 'REQUEST_ID_REUSED' | 'REQUEST_NOT_REPLAYABLE'>;

export function refused({ outcome, ...wait }: Refusal): PinwardError {
  return new PinwardError(outcome, {}, wait);
}

/** A stored claim, as far as a repeated request depends on it. */
export type Claim = Pick<IdempotencyRecordEntity, 'fingerprint' | 'answer'>;

/** Judges a claim of a request that has ended; one without an answer cannot be answered again. */
export function judgeClaim(claim: Claim | null, given: RequestClaim): ClaimLookup {
  if (claim === null) return { outcome: 'new' };
  if (claim.fingerprint === null) return { outcome: 'REQUEST_NOT_REPLAYABLE' };
  if (!isSameBody(claim.fingerprint, given)) return { outcome: 'REQUEST_ID_REUSED' };
  if (claim.answer === null) return { outcome: 'REQUEST_NOT_REPLAYABLE' };
  return { outcome: 'answered', answer: readAnswer(claim.answer) };
}

/** Whether this is the same request, by its body, still without an answer. */
export function isUnderWay({ fingerprint, answer }: Claim, given: RequestClaim): boolean {
  return answer === null && fingerprint !== null && isSameBody(fingerprint, given);
}

/** The stored claim of the request id; a generated id was never used before. */
export async function readClaim(
  manager: EntityManager,
  { tenantId, claim: { key: requestKey, fingerprint } }: RequestContext,
): Promise<Claim | null> {
  if (fingerprint === null) return null;
  return await manager.findOneBy(IdempotencyRecordEntity, { tenantId, requestKey });
}

/** The stored claim of a call that has no evaluation: it commits with its effect, or not at all. */
export async function findClaim(manager: EntityManager, context: RequestContext): Promise<ClaimLookup> {
  return judgeClaim(await readClaim(manager, context), context.claim);
}
