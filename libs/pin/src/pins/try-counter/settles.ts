import { GroupCommit, type PreparedQueries, type PreparedQuery } from '#libs/database';
import { storedProblem, readAnswer, writeAnswer } from '#libs/requests';
import type { PinPolicy } from '../../policy.js';
import type { MatchEffect, Settlement, SettleRequest, SettleResult } from './evaluation.js';
import {
  actor,
  columns,
  envelopeScalars,
  placeholders,
  untilAnswered,
  verdictMacText,
} from './statements.js';

const SETTLE: PreparedQuery = {
  name: 'pinward_settle_attested',
  text: `SELECT * FROM pinward_settle_attested(${placeholders(22)})`,
};

const SETTLE_CHANGE: PreparedQuery = {
  name: 'pinward_settle_change_attested',
  text: `SELECT * FROM pinward_settle_change_attested(${placeholders(23)})`,
};

const GIVE_BACK: PreparedQuery = {
  name: 'pinward_give_back_attested',
  text: `SELECT pinward_give_back_attested(${placeholders(14)}) AS settled`,
};

const SETTLED_ANSWER: PreparedQuery = {
  name: 'pinward_settled_answer',
  text: `SELECT pinward_settled_answer(${placeholders(3)}) AS answer`,
};

/** Step 3 of docs/try-counter.md. */
export class Settles {
  readonly #verdicts = new GroupCommit<SettleRequest, boolean>(
    (requests, wait) => this.settleAll(requests, wait),
    ({ evaluationId }) => evaluationId,
  );

  constructor(
    private readonly queries: PreparedQueries,
    private readonly policy: PinPolicy,
  ) {}

  /** Repeated unchanged after a lost connection: a settle that had committed answers with what it stored. */
  async settle(request: SettleRequest): Promise<SettleResult> {
    if (effectOf(request).kind === 'changed' && request.otpId === null)
      throw new Error('a PIN is changed with a one-time password');
    const { answer: settled } = await untilAnswered(async (attempt) => {
      if (request.verdict === 'given-back') return await this.giveBack(request);
      if (request.otpId !== null) return await this.change(request, request.otpId);
      return attempt === 0
        ? (await this.#verdicts.together(request)) || (await this.#verdicts.alone(request))
        : await this.#verdicts.alone(request);
    });
    if (settled === true) return { outcome: 'settled' };
    const { answer: stored } = await untilAnswered(() => this.storedAnswer(request));
    return stored === null ? { outcome: 'fenced' } : { outcome: 'answered', answer: readAnswer(stored) };
  }

  /** Whether each was settled. A set leaves out cards that another transaction is writing. */
  private async settleAll(requests: readonly SettleRequest[], wait: boolean): Promise<boolean[]> {
    const { maxTries, historyLength } = this.policy;
    const values = [wait, maxTries, historyLength, ...columns(requests.map(settleValues))];
    const rows = await this.queries.query<{ evaluation_id: string }>(SETTLE, values);
    const settled = new Set(rows.map((row) => row.evaluation_id));
    return requests.map(({ evaluationId }) => settled.has(evaluationId));
  }

  /** Also false when the one-time password was no longer live: then the stored answer says so. */
  private async change(request: SettleRequest, otpId: string): Promise<boolean> {
    const { maxTries, historyLength } = this.policy;
    const rejected = writeAnswer(storedProblem('OTP_REJECTED', { attemptsRemaining: 0 }));
    const values = [otpId, rejected, maxTries, historyLength, ...columns([settleValues(request)])];
    const [row] = await this.queries.query<{ otp_used: boolean }>(SETTLE_CHANGE, values);
    return row?.otp_used === true;
  }

  private async giveBack(request: SettleRequest): Promise<boolean> {
    const { context, cardId, evaluationId, operation, envelopes } = request;
    const [row] = await this.queries.query<{ settled: boolean }>(GIVE_BACK, [
      context.tenantId,
      cardId,
      evaluationId,
      `pin.${operation}`,
      context.claim.key,
      context.requestId,
      ...actor(context),
      ...envelopeScalars(envelopes),
      verdictMacText(request.verdictMac),
    ]);
    return row?.settled === true;
  }

  private async storedAnswer({ context, evaluationId }: SettleRequest): Promise<string | null> {
    const values = [context.tenantId, context.claim.key, evaluationId];
    const [row] = await this.queries.query<{ answer: string | null }>(SETTLED_ANSWER, values);
    return row?.answer ?? null;
  }
}

function settleValues(request: SettleRequest): unknown[] {
  const { context, verdict, verdictMac } = request;
  const effect = effectOf(request);
  const verifier = 'verifier' in effect ? effect.verifier : null;
  return [
    context.tenantId,
    request.cardId,
    request.evaluationId,
    `pin.${request.operation}`,
    verdict,
    verifier?.value ?? null,
    verifier?.salt ?? null,
    verifier?.generation ?? null,
    effect.kind === 'changed',
    effect.kind === 'refused' ? effect.code : null,
    writeAnswer(request.answer),
    context.claim.key,
    context.requestId,
    ...actor(context),
    verdictMacText(verdictMac),
    verifier?.mac?.value ?? null,
    verifier?.mac?.generation ?? null,
  ];
}

/** A failure has no effect besides the try. */
function effectOf(settlement: Settlement): MatchEffect {
  return settlement.verdict === 'matched' ? settlement.effect : { kind: 'none' };
}
