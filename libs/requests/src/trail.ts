import type { EntityManager } from 'typeorm';
import type { RequestContext } from './request-context.js';
import { type StoredAnswer, writeAnswer } from './answers.js';
import { IdempotencyRecordEntity, OutboxEventEntity } from '#libs/database';

type DetailValue = string | number | boolean | readonly string[];

/** What the audit trail records of an effect. */
export interface Effect {
  /** e.g. pin.set */
  readonly action: string;
  readonly result: string;
  /** Null where there is no card. */
  readonly cardId: string | null;
  /** The card's event_no after the write; null where its row was not written. */
  readonly eventNo: string | null;
  /** Nothing secret, and only members that AuditEventEntity.details names. */
  readonly details?: Readonly<Record<string, DetailValue | Readonly<Record<string, string | number>>>>;
}

/** In place of a tenant, where a line concerns none or all of them; no tenant can have this name. */
export const NO_TENANT = '*';

/** An outcome and who caused it. */
export interface AuditLine
  extends Pick<RequestContext, 'tenantId' | 'clientId' | 'subject' | 'requestId'>, Effect {
  /** Null where the address is unknown or one line covers several. */
  readonly sourceAddress: string | null;
}

/** Appends outcomes to the audit trail, in their order, each with its card as this transaction sees it. */
export async function appendAudit(manager: EntityManager, lines: readonly AuditLine[]): Promise<void> {
  const column = <Value>(value: (line: AuditLine) => Value) => lines.map(value);
  await manager.query('SELECT pinward_append_audit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)', [
    column(({ tenantId }) => tenantId),
    column(({ clientId }) => clientId),
    column(({ subject }) => subject),
    column(({ sourceAddress }) => sourceAddress),
    column(({ requestId }) => requestId),
    column(({ action }) => action),
    column(({ result }) => result),
    column(({ cardId }) => cardId),
    column(({ eventNo }) => eventNo),
    column(({ details }) => (details === undefined ? null : JSON.stringify(details))),
  ]);
}

export async function recordEffect(
  manager: EntityManager,
  context: Omit<AuditLine, keyof Effect>,
  effect: Effect,
): Promise<void> {
  await appendAudit(manager, [{ ...context, ...effect }]);
}

/**
 * Sends an event to the tenant's webhook endpoints when this transaction commits; endpoints made later do not get it.
 *
 * @param type of the contract, e.g. client.secret_rotated
 * @param data nothing secret
 */
export async function emitEvent(
  manager: EntityManager,
  { tenantId, clientId: through, subject: by, requestId }: Omit<AuditLine, keyof Effect | 'sourceAddress'>,
  type: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const told = JSON.stringify({ ...data, by, through, requestId });
  await manager.insert(OutboxEventEntity, { tenantId, type, data: told });
}

/**
 * Claims the request id together with its answer. A concurrent claim is a conflict; after it, the other answer is
 * found.
 *
 * @param effect.answer null for an answer that carries a secret: a repeat then gets REQUEST_NOT_REPLAYABLE
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
