import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { ApprovalEntity, isUuid } from '#libs/database';
import { limitReached, PinwardError } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import { type RequestContext, emitEvent, recordEffect } from '#libs/requests';
import { actingIn } from './acting.js';
import type { Content, Power } from './power.js';
import { refusedApprover } from './refused-approver.js';

/** Waiting requests of one person: more are a mistake or a nuisance to whoever decides. */
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
  // One request of a person at a time: what is counted stays so until this one is in.
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
    ...{ tenantId, approvalId, kind, status: 'pending', content: JSON.stringify(content) },
    reason: reason === undefined ? null : maskPanLike(reason),
    ...{ requestedBy, requestedThrough, requestedIssuer: issuer ?? null },
  });
  return await manager.findOneByOrFail(ApprovalEntity, { tenantId, approvalId });
}

/** Locked against another decision at the same time. */
async function lockRow(
  manager: EntityManager,
  { tenantId }: RequestContext,
  approvalId: string,
): Promise<ApprovalEntity> {
  const row = isUuid(approvalId)
    ? await manager.findOne(ApprovalEntity, {
        where: { tenantId, approvalId },
        lock: { mode: 'for_no_key_update' },
      })
    : null;
  if (row === null) throw new PinwardError('APPROVAL_NOT_FOUND');
  return row;
}

export async function lockPending(
  manager: EntityManager,
  context: RequestContext,
  approvalId: string,
): Promise<ApprovalEntity> {
  const row = await lockRow(manager, context, approvalId);
  if (row.status !== 'pending' || (await isPast(manager, row, 'expires_at')))
    throw new PinwardError('APPROVAL_CLOSED');
  return row;
}

export async function lockToCollect(
  manager: EntityManager,
  context: RequestContext,
  approvalId: string,
): Promise<ApprovalEntity> {
  const row = await lockRow(manager, context, approvalId);
  refuseOthers(context, row.requestedBy);
  const open =
    row.status === 'approved' && row.collectedAt.isNever && row.requestedIssuer === (context.issuer ?? null);
  if (!open || (await isPast(manager, row, "decided_at + interval '24 hours'")))
    throw new PinwardError('NOTHING_TO_COLLECT');
  return row;
}

/** By the database's clock, as all deadlines. */
async function isPast(
  manager: EntityManager,
  { tenantId, approvalId }: ApprovalEntity,
  deadline: 'expires_at' | "decided_at + interval '24 hours'",
): Promise<boolean> {
  const [row] = await manager.query<{ past: boolean }[]>(
    `SELECT ${deadline} <= clock_timestamp() AS past FROM approvals WHERE tenant_id = $1 AND approval_id = $2`,
    [tenantId, approvalId],
  );
  return row?.past ?? true;
}

export async function refuseApprover(
  manager: EntityManager,
  context: RequestContext,
  { tenantId, requestedBy, requestedThrough, requestedIssuer }: ApprovalEntity,
): Promise<void> {
  const requester = { subject: requestedBy, through: requestedThrough, issuer: requestedIssuer };
  const refused = await refusedApprover(manager, tenantId, requester, actingIn(context));
  if (refused === 'same-person') throw new PinwardError('SAME_OPERATOR');
  if (refused !== null) throw new PinwardError('APPROVER_NOT_ACCEPTED', { reason: refused });
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

/** Both persons in the line, whoever takes the step. */
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
    ...{ approvalId, kind, requestedBy },
    ...(event === 'approval.decided' ? { status: step } : {}),
  });
}
