import type { EntityManager } from 'typeorm';
import { AuditEventEntity, IdempotencyRecordEntity } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import type { StoredAnswer } from '../ports/answers.js';
import type { RequestContext } from '../ports/request-context.js';
import { writeAnswer } from './stored-answers.js';

/** What the audit trail is told of an effect, and the outbox with it. */
export interface Effect {
  /** e.g. pin.set */
  readonly action: string;
  readonly result: string;
  readonly cardId: string;
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

/** Puts an event into the outbox, with the card as this transaction leaves it. */
export async function emitCardEvent(
  manager: EntityManager,
  policy: PinPolicy,
  context: RequestContext,
  event: { readonly type: string; readonly cardId: string },
): Promise<void> {
  await manager.query(
    `SELECT pinward_emit_card_event($1, c, coalesce(t.pin_max_tries, $2), $3)
       FROM cards c LEFT JOIN tenants t USING (tenant_id)
      WHERE c.tenant_id = $4 AND c.card_id = $5`,
    [event.type, policy.maxTries, context.requestId, context.tenantId, event.cardId],
  );
}

/** Claims the request id with its answer. A concurrent claim is a conflict, after which that answer is found. */
export async function storeAnswer(
  manager: EntityManager,
  context: RequestContext,
  effect: Pick<Effect, 'action' | 'cardId'> & { readonly answer: StoredAnswer },
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
