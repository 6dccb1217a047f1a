import type { EntityManager } from 'typeorm';
import { isSameBody, type ClaimLookup, type RequestClaim, type RequestContext } from '#libs/requests';
import { IdempotencyRecordEntity } from '../entities/index.js';
import { readAnswer } from './stored-answers.js';

/** A stored claim as it bears on a repeated request. */
export type Claim = Pick<IdempotencyRecordEntity, 'fingerprint' | 'answer'>;

/** Judges a claim of a request that has ended; one without an answer cannot be answered again. */
export function judgeClaim(claim: Claim | null, given: RequestClaim): ClaimLookup {
  if (claim === null) return { outcome: 'new' };
  if (claim.fingerprint === null) return { outcome: 'request-not-replayable' };
  if (!isSameBody(claim.fingerprint, given)) return { outcome: 'request-id-reused' };
  if (claim.answer === null) return { outcome: 'request-not-replayable' };
  return { outcome: 'answered', answer: readAnswer(claim.answer) };
}

/** What is known of the request id of a call that has no evaluation: its claim commits with its effect, or not at all. */
export async function findClaim(manager: EntityManager, context: RequestContext): Promise<ClaimLookup> {
  const { key: requestKey, fingerprint } = context.claim;
  // A generated id was never used before.
  if (fingerprint === null) return { outcome: 'new' };
  const { tenantId } = context;
  return judgeClaim(
    await manager.findOneBy(IdempotencyRecordEntity, { tenantId, requestKey }),
    context.claim,
  );
}
