import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { ApprovalEntity } from '#libs/database';
import { limitReached, PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import { type RequestContext, emitEvent, recordEffect } from '#libs/requests';
import { isPast, lockRow } from './deciding.js';
import type { Content, Power } from './power.js';

/** Waiting requests of one person: more would be a mistake, or a burden for those who decide. */
const PENDING_AT_MOST = 50;
const RETRY_AFTER_SECONDS = 3_600;

export interface Asked {
  readonly kind: Power['kind'];
  readonly content: Content;
  readonly reason?: string | undefined;
}

export async function insert(
  manager: EntityManager,
  context: RequestContext,
  { kind, content, reason }: Asked,
): Promise<ApprovalEntity> {
  const { tenantId, subject: requestedBy, clientId: requestedThrough, issuer } = context;
  // One request of a person at a time, so that the count stays right until this one is in.
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `pinward approvals ${tenantId} ${requestedBy}`,
  ]);
  const waiting = await manager
    .createQueryBuilder(ApprovalEntity, 'a')
    .where({ tenantId, requestedBy, status: 'pending' })
    .andWhere('a.expires_at > clock_timestamp()')
    .getCount();
  if (waiting >= PENDING_AT_MOST) throw limitReached('person-approvals', RETRY_AFTER_SECONDS);
  const approvalId = randomUUID();
  await manager.insert(ApprovalEntity, {
    tenantId,
    approvalId,
    kind,
    status: 'pending',
    content: JSON.stringify(content),
    reason: reason === undefined ? null : maskPanLike(reason),
    requestedBy,
    requestedThrough,
    requestedIssuer: issuer ?? null,
  });
  return await manager.findOneByOrFail(ApprovalEntity, { tenantId, approvalId });
}

export async function lockToCollect(
  manager: EntityManager,
  context: RequestContext,
  approvalId: string,
): Promise<ApprovalEntity> {
  const row = await lockRow(manager, ApprovalEntity, context, approvalId);
  refuseOthers(context, row.requestedBy);
  const open =
    row.status === 'approved' && row.collectedAt.isNever && row.requestedIssuer === (context.issuer ?? null);
  if (!open || (await isPast(manager, ApprovalEntity, row, "decided_at + interval '24 hours'")))
    throw new PinwardError('NOTHING_TO_COLLECT');
  return row;
}

export function refuseOthers({ subject }: RequestContext, requestedBy: string): void {
  if (subject !== requestedBy) throw new PinwardError('NOT_THE_REQUESTER');
}

export async function decide(
  manager: EntityManager,
  { subject: decidedBy, clientId: decidedThrough }: RequestContext,
  { tenantId, approvalId }: ApprovalEntity,
  status: 'approved' | 'rejected',
): Promise<void> {
  const decided = { status, decidedBy, decidedThrough, decidedAt: () => 'clock_timestamp()' };
  await manager.update(ApprovalEntity, { tenantId, approvalId }, decided);
}

const STEPS = {
  requested: ['approval.request', 'approval.requested'],
  approved: ['approval.approve', 'approval.decided'],
  rejected: ['approval.reject', 'approval.decided'],
  collected: ['approval.collect', null],
} as const;

/** The line names both persons, whichever of them takes the step. */
export async function record(
  manager: EntityManager,
  context: RequestContext,
  { approvalId, kind, requestedBy, reason }: ApprovalEntity,
  step: keyof typeof STEPS,
): Promise<void> {
  const [action, event] = STEPS[step];
  const details = { approvalId, kind, requestedBy, ...(reason === null ? {} : { reason }) };
  await recordEffect(manager, context, { action, result: step, cardId: null, eventNo: null, details });
  if (event === null) return;
  await emitEvent(manager, context, event, {
    approvalId,
    kind,
    requestedBy,
    ...(event === 'approval.decided' ? { status: step } : {}),
  });
}
