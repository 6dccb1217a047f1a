import { PinVerifier } from '#libs/hsm';
import { GroupCommit, isUuid, type PreparedQueries, type PreparedQuery, unavailable } from '#libs/database';
import { brakeError, type BrakeKind, readAnswer } from '#libs/requests';
import type { PinPolicy } from '../../policy.js';
import type { Granted, SpendRefusal, SpendRequest, SpendResult } from './evaluation.js';
import {
  actor,
  columns,
  envelopeScalars,
  placeholders,
  retryAfterSeconds,
  untilAnswered,
} from './statements.js';

const SPEND: PreparedQuery = {
  name: 'pinward_spend_limited',
  text: `SELECT * FROM pinward_spend_limited(${placeholders(18)})`,
};

const ANSWER: PreparedQuery = {
  name: 'pinward_spend_answer',
  text: `SELECT * FROM pinward_spend_answer(${placeholders(11)})`,
};

const BRAKE: PreparedQuery = {
  name: 'pinward_brake',
  text: `SELECT pinward_brake(${placeholders(4)}) AS kind`,
};

/** After so many races lost to other writers of the card, it counts as busy. */
const RACES_AT_MOST = 5;
/** An evaluation takes milliseconds. Its deadline is no useful hint: only after a crash does a caller wait so long. */
const BUSY: SpendRefusal = { outcome: 'PIN_EVALUATION_IN_PROGRESS', retryAfterSeconds: 1 };

interface GrantRow {
  tries_spent: number;
  max_tries: number;
  tries_left: number;
  event_no: string | null;
  verifier: Buffer | null;
  verifier_salt: Buffer | null;
  verifier_generation: number | null;
  pin_account: string | null;
}

interface RefusalRow extends GrantRow {
  outcome: SpendResult['outcome'] | 'again';
  retry_after_ms: number | null;
  stored_answer: string | null;
}

type Again = { readonly outcome: 'again' };

/** Step 1 of docs/try-counter.md. */
export class Spends {
  readonly #grants = new GroupCommit<SpendRequest, Granted | Again>(
    (requests, wait) => this.grant(requests, wait),
    ({ context, cardId }) => `${context.tenantId} ${cardId}`,
  );

  constructor(
    private readonly queries: PreparedQueries,
    private readonly policy: PinPolicy,
  ) {}

  /**
   * After a lost connection the first attempt may still commit, even after the second was refused. Then only two
   * answers are final: a grant (this evaluation's, however often it is repeated) and a stored answer. In every other
   * case the outcome is unknown.
   */
  async spend(request: SpendRequest): Promise<SpendResult> {
    if (!isUuid(request.cardId)) return { outcome: 'CARD_NOT_FOUND' };
    let doubt = false;
    for (let race = 0; race < RACES_AT_MOST; race += 1) {
      const { answer, doubtful } = await untilAnswered((attempt) =>
        race + attempt === 0 ? this.#grants.together(request) : this.#grants.alone(request),
      );
      doubt ||= doubtful;
      if (answer.outcome === 'granted') return answer;
      // Before anything about the request is answered: a suspended client learns nothing.
      const braked = await untilAnswered(() => this.brake(request));
      if (braked.answer !== null) throw brakeError(braked.answer);
      const refused = await untilAnswered(() => this.refusal(request));
      doubt ||= refused.doubtful;
      const result = refused.answer;
      if (result.outcome === 'again') continue;
      if (doubt && result.outcome !== 'granted' && result.outcome !== 'answered') throw unavailable();
      return result;
    }
    if (doubt) throw unavailable();
    return BUSY;
  }

  private async brake({ context, cardId, operation }: SpendRequest): Promise<BrakeKind | null> {
    const { tenantId, clientId } = context;
    const values = [tenantId, clientId, `pin.${operation}`, cardId];
    const [row] = await this.queries.query<{ kind: BrakeKind | null }>(BRAKE, values);
    return row?.kind ?? null;
  }

  private async grant(requests: readonly SpendRequest[], wait: boolean): Promise<(Granted | Again)[]> {
    const { maxTries, maxFailuresWithoutSuccess, evaluationWindowMs } = this.policy;
    const calls = requests.map(({ context, cardId, evaluationId, operation, envelopes }) => [
      context.tenantId,
      cardId,
      evaluationId,
      `pin.${operation}`,
      context.claim.key,
      context.claim.fingerprint,
      context.requestId,
      ...actor(context),
      ...envelopeScalars(envelopes),
    ]);
    const values = [wait, maxTries, maxFailuresWithoutSuccess, evaluationWindowMs, ...columns(calls)];
    const rows = await this.queries.query<GrantRow & { evaluation_id: string }>(SPEND, values);
    const grants = new Map(rows.map((row) => [row.evaluation_id, grantOf(row)]));
    return requests.map(({ evaluationId }) => grants.get(evaluationId) ?? { outcome: 'again' });
  }

  /** Under the same id, another body gives another fingerprint under every generation of the fingerprint key. */
  private async refusal(request: SpendRequest): Promise<SpendResult | Again> {
    const { fingerprint, otherFingerprints = [] } = request.context.claim;
    let result = await this.refusalOf(request, fingerprint);
    for (const other of otherFingerprints) {
      if (result.outcome !== 'REQUEST_ID_REUSED') break;
      result = await this.refusalOf(request, other);
    }
    return result;
  }

  private async refusalOf(request: SpendRequest, fingerprint: Buffer | null): Promise<SpendResult | Again> {
    const { context, cardId, evaluationId, envelopes } = request;
    const [row] = await this.queries.query<RefusalRow>(ANSWER, [
      this.policy.maxTries,
      this.policy.maxFailuresWithoutSuccess,
      context.tenantId,
      cardId,
      evaluationId,
      context.claim.key,
      fingerprint,
      ...envelopeScalars(envelopes),
    ]);
    if (row === undefined) throw new Error('the function returned no row');
    const { outcome } = row;
    switch (outcome) {
      case 'granted':
        return grantOf(row);
      case 'answered':
        return { outcome, answer: readAnswer(row.stored_answer) };
      case 'PIN_EVALUATION_IN_PROGRESS':
        return BUSY;
      case 'REQUEST_IN_PROGRESS':
        return { outcome, retryAfterSeconds: retryAfterSeconds(row.retry_after_ms) };
      default:
        return { outcome };
    }
  }
}

function grantOf(row: GrantRow): Granted {
  const { verifier, verifier_salt: salt, verifier_generation: generation, event_no: eventNo } = row;
  if (verifier === null || salt === null || generation === null)
    throw new Error('an active PIN has no verifier');
  if (eventNo === null) throw new Error('a card that was granted has no event number');
  return {
    outcome: 'granted',
    triesSpent: row.tries_spent,
    maxTries: row.max_tries,
    triesLeft: row.tries_left,
    eventNo,
    verifier: new PinVerifier(generation, salt, verifier),
    pinAccount: row.pin_account,
  };
}
