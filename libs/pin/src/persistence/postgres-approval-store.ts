import type { DataSource } from 'typeorm';
import { MoreThan } from 'typeorm';
import { inTransaction, outsideTransaction, UnlockApprovalEntity } from '#libs/database';
import type { Page } from '#libs/requests';
import type { PinPolicy } from '../policy.js';
import {
  ApprovalStore,
  type ApprovalFilter,
  type DecideRequest,
  type DecideResult,
  type RequestUnlockResult,
  type UnlockApproval,
} from '../ports/approval-store.js';
import { approveUnlock, rejectUnlock, requestUnlock } from './approvals.js';
import { readCursor, writeCursor } from './card-pages.js';

export class PostgresApprovalStore extends ApprovalStore {
  /** @param dataSource initialised, logged in as the service's role */
  constructor(
    private readonly dataSource: DataSource,
    private readonly policy: PinPolicy,
  ) {
    super();
  }

  request(request: Parameters<ApprovalStore['request']>[0]): Promise<RequestUnlockResult> {
    return inTransaction(this.dataSource, (manager) => requestUnlock(manager, this.policy, request));
  }

  approve(request: DecideRequest): Promise<DecideResult> {
    return inTransaction(this.dataSource, (manager) => approveUnlock(manager, this.policy, request));
  }

  reject(request: DecideRequest): Promise<DecideResult> {
    return inTransaction(this.dataSource, (manager) => rejectUnlock(manager, this.policy, request));
  }

  /** In the order of their ids. One that has expired is shown as lapsed. */
  async find(tenantId: string, { status, limit, cursor }: ApprovalFilter): Promise<Page<UnlockApproval>> {
    const query = this.dataSource.manager
      .createQueryBuilder(UnlockApprovalEntity, 'approval')
      .where('approval.tenantId = :tenantId', { tenantId });
    if (cursor !== undefined) query.andWhere('approval.approvalId > :after', { after: readCursor(cursor) });
    const open = `approval.status = 'pending' AND approval.expiresAt > clock_timestamp()`;
    if (status === 'pending') query.andWhere(open);
    if (status === 'lapsed')
      query.andWhere(`(approval.status = 'lapsed' OR (approval.status = 'pending' AND NOT (${open})))`);
    if (status === 'approved' || status === 'rejected')
      query.andWhere('approval.status = :status', { status });
    query.orderBy('approval.approvalId').limit(limit + 1);
    const rows = await outsideTransaction(() => query.getMany());
    const items = rows.slice(0, limit).map((row) => shown(row));
    const last = items.at(-1);
    const more = rows.length > limit && last !== undefined;
    return { items, nextCursor: more ? writeCursor(last.approvalId) : null };
  }

  async findPending(tenantId: string, cardId: string): Promise<UnlockApproval | null> {
    return await outsideTransaction(() =>
      this.dataSource.manager.findOneBy(UnlockApprovalEntity, {
        ...{ tenantId, cardId, status: 'pending' as const },
        expiresAt: MoreThan(new Date()),
      }),
    );
  }
}

/** Nobody has to come by for an approval to be over. */
function shown(row: UnlockApprovalEntity): UnlockApproval {
  const over = row.status === 'pending' && row.expiresAt.getTime() <= Date.now();
  return over ? Object.assign(row, { status: 'lapsed' as const }) : row;
}
