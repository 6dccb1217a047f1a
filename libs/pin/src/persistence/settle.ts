import type { PreparedQueries, PreparedQuery } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { SettleRequest, SettleResult } from '../ports/pin-store.js';
import { untilAnswered } from './answered-calls.js';
import { actor, envelopeScalars, placeholders } from './parameters.js';
import { readAnswer, writeAnswer } from './stored-answers.js';

const SETTLE: PreparedQuery = {
  name: 'pinward_settle',
  text: `SELECT * FROM pinward_settle(${placeholders(18)})`,
};

const GIVE_BACK: PreparedQuery = {
  name: 'pinward_give_back',
  text: `SELECT * FROM pinward_give_back(${placeholders(13)})`,
};

interface SettleRow {
  outcome: SettleResult['outcome'];
  stored_answer: string | null;
}

/** Repeated after a lost connection as it is: a settle that had committed answers with what it stored. */
export async function settle(
  queries: PreparedQueries,
  policy: PinPolicy,
  request: SettleRequest,
): Promise<SettleResult> {
  const [query, values] =
    request.verdict === 'given-back'
      ? ([GIVE_BACK, giveBackValues(request)] as const)
      : ([SETTLE, settleValues(policy, request)] as const);
  const { row } = await untilAnswered(() => queries.run<SettleRow>(query, values));
  return row.outcome === 'answered'
    ? { outcome: 'answered', answer: readAnswer(row.stored_answer) }
    : { outcome: row.outcome };
}

function settleValues(policy: PinPolicy, request: SettleRequest): unknown[] {
  const { context, verdict, renewed, changedTo } = request;
  if (verdict !== 'matched' && (renewed ?? changedTo) !== null) {
    throw new Error('a verifier is replaced only by the right PIN');
  }
  const verifier = changedTo ?? renewed;
  return [
    ...[context.tenantId, request.cardId, request.evaluationId, `pin.${request.operation}`, verdict],
    ...[policy.maxTries, policy.historyLength],
    ...[verifier?.value ?? null, verifier?.salt ?? null, verifier?.generation ?? null, changedTo !== null],
    ...[request.refusal, writeAnswer(request.answer), context.claim.key, context.requestId],
    ...actor(context),
  ];
}

function giveBackValues({ context, cardId, evaluationId, operation, envelopes }: SettleRequest): unknown[] {
  return [
    ...[context.tenantId, cardId, evaluationId, `pin.${operation}`, context.claim.key, context.requestId],
    ...actor(context),
    ...envelopeScalars(envelopes),
  ];
}
