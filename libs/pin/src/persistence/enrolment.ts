import type { EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import type { PinVerifier } from '#libs/hsm';
import { CardEntity, PinEnvelopeEntity } from '#libs/database';
import { recordEffect, refuseBraked, storeAnswer } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type { EnrolmentRecord, EnrolmentResult } from '../ports/pin-store.js';
import { verifierMacDetails, verifierPlace } from './attestations.js';
import { lookUpClaim } from './claims.js';
import { emitCardEvent } from './card-events.js';
import { nextEventNo } from './parameters.js';

const ACTION = 'pin.set' as const;

/** What a set has come to: the new verifier, or the refusal. Either way the envelope has been opened, and is used. */
export async function recordEnrolment(
  manager: EntityManager,
  policy: PinPolicy,
  record: EnrolmentRecord,
): Promise<EnrolmentResult> {
  const { context, cardId, envelope, result, answer } = record;
  const { tenantId } = context;
  // 0. Nobody has stopped it, and nobody does until this is done.
  await refuseBraked(manager, { ...context, operation: ACTION, cardId });
  // 1. A concurrent request with the same id may have been faster.
  const repeated = await repeatedEnrolment(manager, policy, record);
  if (repeated !== null) return repeated;
  // 2. The card, from `unset` and as it was read; a refusal leaves it alone.
  const enrolled = result.outcome === 'enrolled';
  if (enrolled && !(await enrol(manager, record, result.verifier))) return { outcome: 'card-changed' };
  // 3. What goes with it.
  await manager.insert(PinEnvelopeEntity, { tenantId, ...envelope });
  await storeAnswer(manager, context, { action: ACTION, cardId, answer });
  await recordEffect(manager, context, {
    action: ACTION,
    result: result.outcome,
    cardId,
    eventNo: enrolled ? nextEventNo(record.expectedEventNo) : null,
    ...(enrolled ? attestedPlace(result.verifier) : { details: { refusal: result.refusal } }),
  });
  if (enrolled) await emitCardEvent(manager, policy, context, { type: 'pin.set', cardId });
  return { outcome: 'recorded' };
}

/** A set or a reset whose request id or envelope has been used meanwhile; null for one that is new. */
export async function repeatedEnrolment(
  manager: EntityManager,
  policy: PinPolicy,
  { context, envelope }: Pick<EnrolmentRecord, 'context' | 'envelope'>,
): Promise<EnrolmentResult | null> {
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome === 'answered' || claim.outcome === 'request-id-reused') return claim;
  if (claim.outcome !== 'new') throw new PinwardError('REQUEST_NOT_REPLAYABLE');
  const used = await manager.existsBy(PinEnvelopeEntity, { tenantId: context.tenantId, ...envelope });
  return used ? { outcome: 'envelope-replayed' } : null;
}

function attestedPlace(verifier: PinVerifier) {
  return verifier.mac === null ? {} : { details: verifierMacDetails(verifier) };
}

async function enrol(
  manager: EntityManager,
  { context, cardId, expectedEventNo }: EnrolmentRecord,
  verifier: PinVerifier,
): Promise<boolean> {
  const { affected } = await manager.update(
    CardEntity,
    { tenantId: context.tenantId, cardId, pinStatus: 'unset', eventNo: expectedEventNo },
    {
      pinStatus: 'active',
      verifier: verifier.value,
      verifierSalt: verifier.salt,
      verifierGeneration: verifier.generation,
      ...verifierPlace(verifier, expectedEventNo),
      pinSetAt: () => 'clock_timestamp()',
      eventNo: nextEventNo(expectedEventNo),
    },
  );
  return affected === 1;
}
