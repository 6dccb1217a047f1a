import { MoreThan, type DataSource, type EntityManager } from 'typeorm';
import { outsideTransaction, UnlockApprovalEntity } from '#libs/database';
import { emitEvent, recordEffect, type RequestContext } from '#libs/requests';

type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'lapsed';

/** An unlock that one person has asked for and that another person decides on. */
export interface UnlockApproval {
  readonly approvalId: string;
  readonly cardId: string;
  readonly status: ApprovalStatus;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

/** The one that waits for a decision about this card; null when there is none. */
export async function findPendingUnlock(
  dataSource: DataSource,
  tenantId: string,
  cardId: string,
): Promise<UnlockApproval | null> {
  return await outsideTransaction(() =>
    dataSource.manager.findOneBy(UnlockApprovalEntity, {
      tenantId,
      cardId,
      status: 'pending' as const,
      expiresAt: MoreThan(new Date()),
    }),
  );
}

export async function decide(
  manager: EntityManager,
  { subject: decidedBy }: RequestContext,
  { approval, status }: { readonly approval: UnlockApprovalEntity; readonly status: 'approved' | 'rejected' },
): Promise<void> {
  const { tenantId, approvalId } = approval;
  const decided = { status, decidedBy, decidedAt: () => 'clock_timestamp()' };
  await manager.update(UnlockApprovalEntity, { tenantId, approvalId }, decided);
}

/**
 * Audit line and event of a step, before those of its effect. The line names both persons, whichever of them takes the
 * step.
 */
export async function recordStep(
  manager: EntityManager,
  context: RequestContext,
  { approvalId, cardId, reason, requestedBy }: UnlockApproval,
  step: 'requested' | 'approved' | 'rejected',
): Promise<void> {
  const details = { approvalId, reason, requestedBy };
  const effect = { action: `pin.unlock-${step}`, result: step, cardId, eventNo: null, details };
  await recordEffect(manager, context, effect);
  const told = { approvalId, kind: 'unlock', requestedBy, cardId };
  if (step === 'requested') await emitEvent(manager, context, 'approval.requested', told);
  else await emitEvent(manager, context, 'approval.decided', { ...told, status: step });
}
