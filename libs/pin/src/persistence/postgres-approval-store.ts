import type { DataSource } from 'typeorm';
import { MoreThan } from 'typeorm';
import { inTransaction, outsideTransaction, UnlockApprovalEntity } from '#libs/database';
import type { PinPolicy } from '../policy.js';
import {
  ApprovalStore,
  type DecideRequest,
  type DecideResult,
  type RequestUnlockResult,
  type UnlockApproval,
} from '../ports/approval-store.js';
import { approveUnlock, rejectUnlock, requestUnlock } from './approvals.js';

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

  async findPending(tenantId: string, cardId: string): Promise<UnlockApproval | null> {
    return await outsideTransaction(() =>
      this.dataSource.manager.findOneBy(UnlockApprovalEntity, {
        ...{ tenantId, cardId, status: 'pending' as const },
        expiresAt: MoreThan(new Date()),
      }),
    );
  }
}
