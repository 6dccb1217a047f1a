import type { EntityManager } from 'typeorm';
import type { RequestContext, StoredAnswer } from '#libs/requests';
import { AuditEventEntity, IdempotencyRecordEntity } from '../entities/index.js';
import { writeAnswer } from './stored-answers.js';

/** What the audit trail is told of an effect. */
export interface Effect {
  /** e.g. pin.set */
  readonly action: string;
  readonly result: string;
  /** Null where no card is concerned. */
  readonly cardId: string | null;
  /** The card's event_no after the write; null where its row was not written. */
  readonly eventNo: string | null;
  /** Nothing secret, and only members that AuditEventEntity.details names. */
  readonly details?: Readonly<Record<string, string>>;
}

export async function recordEffect(
  manager: EntityManager,
  context: RequestContext,
  effect: Effect,
): Promise<void> {
  await manager.insert(AuditEventEntity, {
    tenantId: context.tenantId,
    clientId: context.clientId,
    subject: context.subject,
    sourceAddress: context.sourceAddress,
    requestId: context.requestId,
    action: effect.action,
    phase: 'outcome',
    result: effect.result,
    cardId: effect.cardId,
    eventNo: effect.eventNo,
    details: effect.details === undefined ? null : JSON.stringify(effect.details),
  });
}

/**
 * Claims the request id with its answer. A concurrent claim is a conflict, after which that answer is found.
 *
 * @param effect.answer null for an answer that carries a secret: a repeat is then told REQUEST_NOT_REPLAYABLE
 */
export async function storeAnswer(
  manager: EntityManager,
  context: RequestContext,
  effect: Pick<Effect, 'action' | 'cardId'> & { readonly answer: StoredAnswer | null },
): Promise<void> {
  await manager.insert(IdempotencyRecordEntity, {
    tenantId: context.tenantId,
    requestKey: context.claim.key,
    requestId: context.requestId,
    action: effect.action,
    cardId: effect.cardId,
    fingerprint: context.claim.fingerprint,
    answer: writeAnswer(effect.answer),
  });
}
