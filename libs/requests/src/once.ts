import type { DataSource, EntityManager } from 'typeorm';
import { inTransaction, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { answered, type Answered, type StoredAnswer } from './answers.js';
import { refuseBraked, type StoppableOperation } from './brakes.js';
import { findClaim, refused } from './claims.js';
import type { RequestContext } from './request-context.js';
import { emitEvent, recordEffect, storeAnswer, type Effect } from './trail.js';

/** An operation, as the claim of its request id and the audit trail name it. */
export interface Call {
  /** e.g. pin.set */
  readonly action: string;
  /** Null where there is no card, or none yet. */
  readonly cardId?: string | null;
  /** The operation that operators can stop (docs/adr/0034); absent where they cannot. */
  readonly stoppedAs?: StoppableOperation;
}

/** The result of the work. An effect beyond its own rows is named here, and is written with them. */
export interface Done {
  /** The card, where only the work can tell which. */
  readonly cardId?: string;
  /** The audit line; absent where nothing has changed. */
  readonly line?: Pick<Effect, 'result' | 'details'> & { readonly eventNo?: string | null };
  /** For webhook endpoints; `data` holds nothing secret. */
  readonly event?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

type Work<Result> = (manager: EntityManager) => Promise<Result>;

/**
 * Gives a call its effect at most once, however often and however concurrently it is repeated. In one transaction it
 * looks at the request id, does the work, and stores the answer, the audit line and the event. A repeated request gets
 * the stored answer. The request id is looked at before everything from which a caller could learn something.
 *
 * @param work throws a refusal as a PinwardError; then nothing is kept. A refusal that a repeated request should get
 * again is an answer
 * @throws PinwardError from a brake, the claim of the request id, the work or a stored problem
 */
export async function once<Body>(
  dataSource: DataSource,
  context: RequestContext,
  call: Call,
  work: Work<Done & { readonly answer: StoredAnswer }>,
): Promise<Answered<Body>> {
  const result = await claimed(dataSource, context, call, work);
  return 'earlier' in result
    ? answered<Body>(result.earlier)
    : answered<Body>(result.answer, { replayed: false });
}

/**
 * The same for a call whose answer shows a secret and is not stored: a repeated request is refused.
 *
 * @throws PinwardError REQUEST_NOT_REPLAYABLE, and as `once` does
 */
export async function onceShown<Shown>(
  dataSource: DataSource,
  context: RequestContext,
  call: Call,
  work: Work<Done & { readonly shown: Shown }>,
): Promise<Shown> {
  const result = await claimed(dataSource, context, call, async (manager) => {
    const { shown, ...done } = await work(manager);
    return { ...done, answer: null, shown };
  });
  if ('earlier' in result) throw notReplayable(result.earlier);
  return result.shown;
}

async function claimed<Result extends Done & { readonly answer: StoredAnswer | null }>(
  dataSource: DataSource,
  context: RequestContext,
  call: Call,
  work: Work<Result>,
): Promise<Result | { readonly earlier: StoredAnswer }> {
  let refusal: unknown;
  try {
    return await inTransaction(dataSource, async (manager) => {
      // 1. No brake stops it, and none can until this ends.
      await refuseStopped(manager, context, call);
      // 2. The request id.
      const claim = await findClaim(manager, context);
      if (claim.outcome === 'answered') return { earlier: claim.answer };
      if (claim.outcome !== 'new') throw refused(claim);
      // 3. The work.
      const done = await work(manager).catch((fault: unknown) => {
        refusal = fault;
        throw fault;
      });
      // 4. Answer, audit line, event. Of concurrent copies one claims the id; the others get a conflict.
      await record(manager, context, call, done);
      return done;
    });
  } catch (fault) {
    if (fault !== refusal) throw fault;
    // A copy of this request may have caused the refusal; then the copy's answer is the answer.
    const answer = await earlierAnswer(dataSource, context);
    if (answer === null) throw fault;
    return { earlier: answer };
  }
}

async function refuseStopped(
  manager: EntityManager,
  context: RequestContext,
  { stoppedAs, cardId = null }: Call,
): Promise<void> {
  if (stoppedAs !== undefined) await refuseBraked(manager, { ...context, operation: stoppedAs, cardId });
}

async function record(
  manager: EntityManager,
  context: RequestContext,
  call: Call,
  { answer, line, event, ...found }: Done & { readonly answer: StoredAnswer | null },
): Promise<void> {
  const { action } = call;
  const cardId = found.cardId ?? call.cardId ?? null;
  await storeAnswer(manager, context, { action, cardId, answer });
  if (line !== undefined) await recordEffect(manager, context, { action, cardId, eventNo: null, ...line });
  if (event !== undefined) await emitEvent(manager, context, event.type, event.data);
}

/**
 * The stored answer of this request id; null when the id is new. It saves work that was done already; the look inside
 * the transaction decides.
 *
 * @throws PinwardError when the id is in use by another body, or its answer is not kept
 */
export async function earlierAnswer(
  dataSource: DataSource,
  context: RequestContext,
): Promise<StoredAnswer | null> {
  const claim = await outsideTransaction(() => findClaim(dataSource.manager, context));
  if (claim.outcome === 'answered') return claim.answer;
  if (claim.outcome !== 'new') throw refused(claim);
  return null;
}

/** The same, before a secret is made for an answer that is not stored. @throws PinwardError unless the id is new */
export async function refuseRepeat(dataSource: DataSource, context: RequestContext): Promise<void> {
  const answer = await earlierAnswer(dataSource, context);
  if (answer !== null) throw notReplayable(answer);
}

/** A refusal shows no secret, so it is sent again. */
function notReplayable(answer: StoredAnswer): PinwardError {
  answered(answer);
  return new PinwardError('REQUEST_NOT_REPLAYABLE');
}
