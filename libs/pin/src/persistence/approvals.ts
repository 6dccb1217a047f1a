import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { isUuid, UnlockApprovalEntity } from '#libs/database';
import { actingIn, refusedApprover } from '#libs/approvals';
import {
  COMMAND_LINE_PERSONS,
  type RequestContext,
  emitEvent,
  recordEffect,
  refuseBraked,
  storeAnswer,
} from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import type {
  ApprovalStore,
  DecideRequest,
  DecideResult,
  RequestUnlockResult,
  UnlockApproval,
} from '../ports/approval-store.js';
import { lookUpClaim } from './claims.js';
import { liftLock, lockedCard } from './unlock.js';

type RequestUnlock = Parameters<ApprovalStore['request']>[0];

/** Asks for a second person. Who asks again for the same lock is shown the approval that waits already. */
export async function requestUnlock(
  manager: EntityManager,
  policy: PinPolicy,
  { context, cardId, reason, answerOf }: RequestUnlock,
): Promise<RequestUnlockResult> {
  // 1. Request id, then card and state.
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome !== 'new') return claim;
  const { tenantId, subject: requestedBy } = context;
  const found = await lockedCard(manager, policy, { tenantId, cardId });
  if (found.outcome !== 'locked') return found;
  // 2. The approval that waits for this very lock, else a new one.
  const cardEventNo = found.row.eventNo;
  await lapse(manager, { tenantId, cardId, cardEventNo });
  const waiting = await manager.findOneBy(UnlockApprovalEntity, { tenantId, cardId, status: 'pending' });
  const approvalId = waiting?.approvalId ?? randomUUID();
  if (waiting === null) {
    const status = 'pending';
    await manager.insert(UnlockApprovalEntity, {
      ...{ tenantId, approvalId, cardId, cardEventNo, status, reason, requestedBy },
      ...{ requestedThrough: context.clientId, requestedIssuer: context.issuer ?? null },
    });
  }
  const approval = await manager.findOneByOrFail(UnlockApprovalEntity, { tenantId, approvalId });
  // 3. What goes with it.
  await record(manager, context, { approval, step: 'requested', answer: answerOf(approval) });
  return { outcome: 'requested', approval };
}

export async function approveUnlock(
  manager: EntityManager,
  policy: PinPolicy,
  request: DecideRequest,
): Promise<DecideResult> {
  const { context, answer } = request;
  // 1. Request id, then who decides about what.
  const pending = await findToDecide(manager, policy, request);
  if ('outcome' in pending) return pending;
  // A login of some machine may be the very person who approves: only persons of tokens can be compared.
  if (pending.requestedBy.startsWith(COMMAND_LINE_PERSONS)) return { outcome: 'approval-closed' };
  const { requestedThrough: through, requestedIssuer: issuer } = pending;
  const requester = { subject: pending.requestedBy, through, issuer };
  const refused = await refusedApprover(manager, context.tenantId, requester, actingIn(context));
  if (refused === 'same-person') return { outcome: 'same-operator' };
  if (refused !== null) return { outcome: 'approver-not-accepted', reason: refused };
  // 2. The card must still be as it was when the first person looked at it.
  const { tenantId, cardId, requestedBy, reason } = pending;
  await refuseBraked(manager, { ...context, operation: 'pin.unlock', cardId });
  const found = await lockedCard(manager, policy, { tenantId, cardId });
  if (found.outcome !== 'locked') return found;
  if (found.row.eventNo !== pending.cardEventNo) return { outcome: 'approval-closed' };
  // 3. Both persons answer for it.
  await decide(manager, context, { approval: pending, status: 'approved' });
  await record(manager, context, { approval: pending, step: 'approved', answer });
  await liftLock(manager, policy, {
    context,
    row: found.row,
    by: `${requestedBy}, ${context.subject}`,
    reason,
  });
  return { outcome: 'decided' };
}

/** Also by whoever asked: that is a withdrawal. */
export async function rejectUnlock(
  manager: EntityManager,
  policy: PinPolicy,
  request: DecideRequest,
): Promise<DecideResult> {
  const { context, answer } = request;
  const pending = await findToDecide(manager, policy, request);
  if ('outcome' in pending) return pending;
  await decide(manager, context, { approval: pending, status: 'rejected' });
  await record(manager, context, { approval: pending, step: 'rejected', answer });
  return { outcome: 'decided' };
}

/** Locked against another decision at the same time. */
async function findToDecide(
  manager: EntityManager,
  policy: PinPolicy,
  { context, approvalId }: DecideRequest,
): Promise<UnlockApprovalEntity | DecideResult> {
  const claim = await lookUpClaim(manager, policy, context);
  if (claim.outcome !== 'new') return claim;
  if (!isUuid(approvalId)) return { outcome: 'unknown-approval' };
  const { tenantId } = context;
  const approval = await manager.findOne(UnlockApprovalEntity, {
    where: { tenantId, approvalId },
    lock: { mode: 'for_no_key_update' },
  });
  if (approval === null) return { outcome: 'unknown-approval' };
  return approval.status === 'pending' && !(await isOver(manager, approval))
    ? approval
    : { outcome: 'approval-closed' };
}

/** By the database's clock, as all deadlines. */
async function isOver(
  manager: EntityManager,
  { tenantId, approvalId }: UnlockApprovalEntity,
): Promise<boolean> {
  const [row] = await manager.query<{ over: boolean }[]>(
    `SELECT expires_at <= clock_timestamp() AS over FROM unlock_approvals WHERE tenant_id = $1 AND approval_id = $2`,
    [tenantId, approvalId],
  );
  return row?.over ?? true;
}

/** Approvals of this card that have expired, or that nobody may approve any more, make room for a new one. */
async function lapse(
  manager: EntityManager,
  card: Pick<UnlockApprovalEntity, 'tenantId' | 'cardId' | 'cardEventNo'>,
): Promise<void> {
  await manager.query(
    `UPDATE unlock_approvals SET status = 'lapsed', decided_at = clock_timestamp()
      WHERE tenant_id = $1 AND card_id = $2 AND status = 'pending'
        AND (expires_at <= clock_timestamp() OR card_event_no <> $3 OR starts_with(requested_by, $4))`,
    [card.tenantId, card.cardId, card.cardEventNo, COMMAND_LINE_PERSONS],
  );
}

async function decide(
  manager: EntityManager,
  { subject: decidedBy }: RequestContext,
  { approval, status }: { readonly approval: UnlockApprovalEntity; readonly status: 'approved' | 'rejected' },
): Promise<void> {
  const { tenantId, approvalId } = approval;
  const decided = { status, decidedBy, decidedAt: () => 'clock_timestamp()' };
  await manager.update(UnlockApprovalEntity, { tenantId, approvalId }, decided);
}

interface Step {
  readonly approval: UnlockApproval;
  readonly step: 'requested' | 'approved' | 'rejected';
  readonly answer: DecideRequest['answer'];
}

async function record(
  manager: EntityManager,
  context: RequestContext,
  { approval: { approvalId, cardId, reason, requestedBy }, step, answer }: Step,
): Promise<void> {
  const action = `pin.unlock-${step}`;
  await storeAnswer(manager, context, { action, cardId, answer });
  const details = { approvalId, reason, requestedBy };
  await recordEffect(manager, context, { action, result: step, cardId, eventNo: null, details });
  const told = { approvalId, kind: 'unlock', requestedBy, cardId };
  if (step === 'requested') await emitEvent(manager, context, 'approval.requested', told);
  else await emitEvent(manager, context, 'approval.decided', { ...told, status: step });
}
