import type { EntityManager, EntityTarget } from 'typeorm';
import { isUuid, type ApprovalEntity, type UnlockApprovalEntity } from '#libs/database';
import { PinwardError } from '#libs/errors';
import type { RequestContext } from '#libs/requests';
import { actingIn } from './acting.js';
import { refusedApprover } from './refused-approver.js';

/** Unlocks have their own table, but are decided on in the same way. */
type Row = ApprovalEntity | UnlockApprovalEntity;

/** Locked against another decision at the same time. @throws PinwardError APPROVAL_NOT_FOUND */
export async function lockRow<Of extends Row>(
  manager: EntityManager,
  type: EntityTarget<Of>,
  { tenantId }: RequestContext,
  approvalId: string,
): Promise<Of> {
  const row = isUuid(approvalId)
    ? await manager.findOne<Row>(type, {
        where: { tenantId, approvalId },
        lock: { mode: 'for_no_key_update' },
      })
    : null;
  if (row === null) throw new PinwardError('APPROVAL_NOT_FOUND');
  return row as Of;
}

/**
 * The row of a request that waits for a decision, locked.
 *
 * @throws PinwardError APPROVAL_NOT_FOUND, APPROVAL_CLOSED: it was decided before, or has expired
 */
export async function lockPending<Of extends Row>(
  manager: EntityManager,
  type: EntityTarget<Of>,
  context: RequestContext,
  approvalId: string,
): Promise<Of> {
  const row = await lockRow(manager, type, context, approvalId);
  if (row.status !== 'pending' || (await isPast(manager, type, row, 'expires_at')))
    throw new PinwardError('APPROVAL_CLOSED');
  return row;
}

/** By the database's clock, like all deadlines. */
export async function isPast<Of extends Row>(
  manager: EntityManager,
  type: EntityTarget<Of>,
  { tenantId, approvalId }: Of,
  deadline: 'expires_at' | "decided_at + interval '24 hours'",
): Promise<boolean> {
  const { tableName } = manager.dataSource.getMetadata(type);
  const [row] = await manager.query<{ past: boolean }[]>(
    `SELECT ${deadline} <= clock_timestamp() AS past FROM ${tableName} WHERE tenant_id = $1 AND approval_id = $2`,
    [tenantId, approvalId],
  );
  return row?.past ?? true;
}

/** @throws PinwardError SAME_OPERATOR, APPROVER_NOT_ACCEPTED */
export async function refuseApprover(
  manager: EntityManager,
  context: RequestContext,
  { tenantId, requestedBy, requestedThrough, requestedIssuer }: Row,
): Promise<void> {
  const requester = { subject: requestedBy, through: requestedThrough, issuer: requestedIssuer };
  const refused = await refusedApprover(manager, tenantId, requester, actingIn(context));
  if (refused === 'same-person') throw new PinwardError('SAME_OPERATOR');
  // Another name, but the records do not show another person; the reason is one of the contract's words.
  if (refused !== null) throw new PinwardError('APPROVER_NOT_ACCEPTED', { reason: refused });
}
