import type { EntityManager } from 'typeorm';
import { isSameBody, type RequestClaim, type RequestContext } from './request-context.js';
import type { ClaimLookup } from './claims.js';
import { IdempotencyRecordEntity } from '#libs/database';
import { readAnswer } from './stored-answers.js';

/** A stored claim as it bears on a repeated request. */
export type Claim = Pick<IdempotencyRecordEntity, 'fingerprint' | 'answer'>;

/** Judges a claim of a request that has ended; one without an answer cannot be answered again. */
export function judgeClaim(claim: Claim | null, given: RequestClaim): ClaimLookup {
  if (claim === null) return { outcome: 'new' };
  if (claim.fingerprint === null) return { outcome: 'REQUEST_NOT_REPLAYABLE' };
  if (!isSameBody(claim.fingerprint, given)) return { outcome: 'REQUEST_ID_REUSED' };
  if (claim.answer === null) return { outcome: 'REQUEST_NOT_REPLAYABLE' };
  return { outcome: 'answered', answer: readAnswer(claim.answer) };
}

/** Whether it is of the very same request, told by its body, and has no answer yet. */
export function isUnderWay({ fingerprint, answer }: Claim, given: RequestClaim): boolean {
  return answer === null && fingerprint !== null && isSameBody(fingerprint, given);
}

/** What is stored of the request id; a generated id was never used before. */
export async function readClaim(
  manager: EntityManager,
  { tenantId, claim: { key: requestKey, fingerprint } }: RequestContext,
): Promise<Claim | null> {
  if (fingerprint === null) return null;
  return await manager.findOneBy(IdempotencyRecordEntity, { tenantId, requestKey });
}

/** What is known of the request id of a call that has no evaluation: its claim commits with its effect, or not at all. */
export async function findClaim(manager: EntityManager, context: RequestContext): Promise<ClaimLookup> {
  return judgeClaim(await readClaim(manager, context), context.claim);
}
