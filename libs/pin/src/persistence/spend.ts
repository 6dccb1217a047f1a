import { PinVerifier } from '#libs/hsm';
import type { PreparedQueries, PreparedQuery } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { SpendRequest, SpendResult } from '../ports/pin-store.js';
import { unavailable, untilAnswered } from './answered-calls.js';
import { actor, envelopeScalars, isUuid, placeholders, retryAfterSeconds } from './parameters.js';
import { readAnswer } from './stored-answers.js';

const SPEND: PreparedQuery = {
  name: 'pinward_spend',
  text: `SELECT * FROM pinward_spend(${placeholders(16)})`,
};

interface SpendRow {
  outcome: SpendResult['outcome'];
  retry_after_ms: number | null;
  stored_answer: string | null;
  tries_spent: number | null;
  max_tries: number;
  verifier: Buffer | null;
  verifier_salt: Buffer | null;
  verifier_generation: number | null;
  pin_account: string | null;
}

/**
 * After a lost connection the first attempt may still commit, even after the second was refused. Then only a grant
 * (this evaluation's, however often it is repeated) and a stored answer are final; of anything else the outcome is
 * unknown.
 */
export async function spend(
  queries: PreparedQueries,
  policy: PinPolicy,
  request: SpendRequest,
): Promise<SpendResult> {
  const { context, cardId, evaluationId, operation, envelopes } = request;
  if (!isUuid(cardId)) return { outcome: 'unknown-card' };
  const values = [
    ...[
      context.tenantId,
      cardId,
      evaluationId,
      `pin.${operation}`,
      policy.maxTries,
      policy.evaluationWindowMs,
    ],
    ...[context.claim.key, context.claim.fingerprint, context.requestId],
    ...actor(context),
    ...envelopeScalars(envelopes),
  ];
  const { row, doubtful } = await untilAnswered(() => queries.run<SpendRow>(SPEND, values));
  if (doubtful && row.outcome !== 'granted' && row.outcome !== 'answered') throw unavailable();
  return resultOf(row);
}

function resultOf(row: SpendRow): SpendResult {
  const { outcome } = row;
  switch (outcome) {
    case 'granted':
      return {
        outcome,
        triesSpent: row.tries_spent ?? 0,
        maxTries: row.max_tries,
        verifier: verifierOf(row),
        pinAccount: row.pin_account,
      };
    case 'answered':
      return { outcome, answer: readAnswer(row.stored_answer) };
    case 'evaluation-in-flight':
    case 'request-in-progress':
      return { outcome, retryAfterSeconds: retryAfterSeconds(row.retry_after_ms) };
    default:
      return { outcome };
  }
}

function verifierOf(row: SpendRow): PinVerifier {
  const { verifier, verifier_salt: salt, verifier_generation: generation } = row;
  if (verifier === null || salt === null || generation === null)
    throw new Error('an active PIN has no verifier');
  return new PinVerifier(generation, salt, verifier);
}
