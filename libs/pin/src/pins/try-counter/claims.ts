import type { DataSource, EntityManager } from 'typeorm';
import { isUuid, outsideTransaction } from '#libs/database';
import {
  isSameBody,
  judgeClaim,
  once,
  type Answered,
  type Call,
  type Claim,
  type ClaimLookup,
  type RequestContext,
} from '#libs/requests';
import type { PinPolicy } from '../../policy.js';
import { retryAfterSeconds } from './statements.js';

interface ClaimRow extends Claim {
  card_id: string | null;
  evaluation_id: string | null;
  /** Milliseconds to the evaluation's deadline; null when it is not in flight. */
  left_ms: number | null;
}

const CLAIM = `
SELECT i.fingerprint, i.answer, i.card_id, i.evaluation_id,
       (extract(epoch FROM c.evaluation_deadline - clock_timestamp()) * 1000)::float8 AS left_ms
  FROM idempotency_records i
  LEFT JOIN cards c ON c.tenant_id = i.tenant_id AND c.card_id = i.card_id AND c.evaluation_id = i.evaluation_id
 WHERE i.tenant_id = $1 AND i.request_key = $2`;

/**
 * The stored claim of a request id. If its evaluation is past its deadline, it is closed here, and so has its final
 * answer.
 */
export async function lookUpClaim(
  manager: EntityManager,
  policy: PinPolicy,
  context: RequestContext,
): Promise<ClaimLookup> {
  const { key, fingerprint } = context.claim;
  // A generated id was never used before.
  if (fingerprint === null) return { outcome: 'new' };
  const [claim] = await manager.query<ClaimRow[]>(CLAIM, [context.tenantId, key]);
  const inFlight =
    claim?.answer === null && claim.fingerprint !== null && isSameBody(claim.fingerprint, context.claim);
  if (!inFlight || claim.left_ms === null) return judgeClaim(claim ?? null, context.claim);
  if (claim.left_ms > 0) {
    return { outcome: 'REQUEST_IN_PROGRESS', retryAfterSeconds: retryAfterSeconds(claim.left_ms) };
  }
  await abandon(manager, policy, { ...context, cardId: claim.card_id, evaluationId: claim.evaluation_id });
  return await lookUpClaim(manager, policy, context);
}

/** Closes an evaluation whose deadline has passed. @returns false when it has not passed, or is closed already */
async function abandon(
  manager: EntityManager,
  policy: PinPolicy,
  evaluation: {
    readonly tenantId: string;
    readonly cardId: string | null;
    readonly evaluationId: string | null;
  },
): Promise<boolean> {
  const { tenantId, cardId, evaluationId } = evaluation;
  const [row] = await manager.query<{ closed: boolean }[]>(
    'SELECT pinward_abandon($1, $2, $3, $4) AS closed',
    [tenantId, cardId, evaluationId, policy.maxTries],
  );
  return row?.closed ?? false;
}

/**
 * `once`, for work on a card's row. A late evaluation is closed first, in a transaction of its own: a refusal of the
 * work would otherwise undo the closing.
 */
export async function onceOnCard<Body>(
  dataSource: DataSource,
  policy: PinPolicy,
  context: RequestContext,
  call: Call & { readonly cardId: string },
  work: Parameters<typeof once>[3],
): Promise<Answered<Body>> {
  await closeLate(dataSource, policy, { tenantId: context.tenantId, cardId: call.cardId });
  return await once<Body>(dataSource, context, call, work);
}

/**
 * Closes the card's evaluation if its deadline has passed, as the sweeper would, so that the next caller need not wait.
 */
async function closeLate(
  dataSource: DataSource,
  policy: PinPolicy,
  { tenantId, cardId }: { readonly tenantId: string; readonly cardId: string },
): Promise<void> {
  if (!isUuid(cardId)) return;
  await outsideTransaction(async () => {
    const [late] = await dataSource.query<{ evaluation_id: string }[]>(
      `SELECT evaluation_id FROM cards
        WHERE tenant_id = $1 AND card_id = $2 AND evaluation_deadline <= clock_timestamp()`,
      [tenantId, cardId],
    );
    if (late === undefined) return;
    await abandon(dataSource.manager, policy, { tenantId, cardId, evaluationId: late.evaluation_id });
  });
}
