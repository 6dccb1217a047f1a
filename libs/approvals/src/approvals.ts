import type { DataSource } from 'typeorm';
import { ApprovalEntity, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { once, onceShown, storedBody, type Answered, type Page, type RequestContext } from '#libs/requests';
import type { Approval } from './approval.js';
import { lockPending, refuseApprover } from './deciding.js';
import { findApprovals, readApproval, type ApprovalFilter } from './find-approvals.js';
import type { Granted, Power } from './power.js';
import { decide, insert, lockToCollect, record, refuseOthers, type Asked } from './steps.js';

export interface ApprovalRequested {
  readonly approvalId: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

export interface ApprovalDecided {
  readonly approvalId: string;
  readonly status: 'approved' | 'rejected';
}

interface Decision {
  readonly context: RequestContext;
  readonly approvalId: string;
}

/**
 * Changes that make power take two persons: one asks, another decides, and the first collects the new secret, if there
 * is one. Each step is one transaction with its audit line, its event and its request id.
 */
export class Approvals {
  readonly #powers: ReadonlyMap<string, Power>;

  constructor(
    private readonly dataSource: DataSource,
    powers: readonly Power[],
  ) {
    this.#powers = new Map(powers.map((power) => [power.kind, power]));
  }

  /** @throws PinwardError as the change itself would be refused; RATE_LIMITED */
  async request(context: RequestContext, asked: Asked): Promise<Answered<ApprovalRequested>> {
    return await once(this.dataSource, context, { action: 'approval.request' }, async (manager) => {
      const content = await this.power(asked.kind).check(manager, context, asked.content);
      const row = await insert(manager, context, { ...asked, content });
      await record(manager, context, row, 'requested');
      const { approvalId, expiresAt } = row;
      const answer = storedBody({ approvalId, expiresAt: expiresAt.toISOString() });
      return { answer: { ...answer, accepted: true } };
    });
  }

  /** Carries it out. @throws PinwardError SAME_OPERATOR, APPROVER_NOT_ACCEPTED, APPROVAL_CLOSED and what the change refuses */
  async approve({ context, approvalId }: Decision): Promise<Answered<ApprovalDecided>> {
    const found = await this.read(context.tenantId, approvalId);
    const before = granted(context.tenantId, found);
    const power = this.power(found.kind);
    const prepared = found.status === 'pending' ? await power.prepareApproval?.(before) : undefined;
    return await once(this.dataSource, context, { action: 'approval.approve' }, async (manager) => {
      // 1. Who decides, and on which approval.
      const row = await lockPending(manager, ApprovalEntity, context, approvalId);
      await refuseApprover(manager, context, row);
      // 2. The change, with both persons recorded.
      await decide(manager, context, row, 'approved');
      await power.carryOut(manager, context, { ...before, decidedBy: context.subject }, prepared);
      await record(manager, context, row, 'approved');
      return { answer: storedBody({ approvalId, status: 'approved' }) };
    });
  }

  /** The requester may also reject: that withdraws the request. @throws PinwardError APPROVAL_CLOSED */
  async reject({ context, approvalId }: Decision): Promise<Answered<ApprovalDecided>> {
    return await once(this.dataSource, context, { action: 'approval.reject' }, async (manager) => {
      const row = await lockPending(manager, ApprovalEntity, context, approvalId);
      await decide(manager, context, row, 'rejected');
      await record(manager, context, row, 'rejected');
      return { answer: storedBody({ approvalId, status: 'rejected' }) };
    });
  }

  /**
   * Shows the requester, once, the secret of an approved request.
   *
   * @throws PinwardError NOT_THE_REQUESTER, NOTHING_TO_COLLECT and what the change refuses
   */
  async collect({ context, approvalId }: Decision): Promise<object> {
    const found = await this.read(context.tenantId, approvalId);
    refuseOthers(context, found.requestedBy);
    if (found.status !== 'approved' || !found.collectedAt.isNever)
      throw new PinwardError('NOTHING_TO_COLLECT');
    const power = this.power(found.kind);
    if (power.collect === undefined) throw new PinwardError('NOTHING_TO_COLLECT');
    const before = granted(context.tenantId, found);
    const prepared = await power.prepareCollection?.(before);
    return await onceShown(this.dataSource, context, { action: 'approval.collect' }, async (manager) => {
      const row = await lockToCollect(manager, context, approvalId);
      const key = { tenantId: row.tenantId, approvalId };
      await manager.update(ApprovalEntity, key, { collectedAt: () => 'clock_timestamp()' });
      const shown = (await power.collect?.(manager, context, before, prepared)) ?? {};
      await record(manager, context, row, 'collected');
      return { shown };
    });
  }

  async find(tenantId: string, filter: ApprovalFilter): Promise<Page<Approval>> {
    return await outsideTransaction(() => findApprovals(this.dataSource.manager, tenantId, filter));
  }

  /** @throws PinwardError APPROVAL_NOT_FOUND */
  async read(tenantId: string, approvalId: string): Promise<Approval> {
    return await outsideTransaction(() => readApproval(this.dataSource.manager, tenantId, approvalId));
  }

  private power(kind: Approval['kind'] | Power['kind']): Power {
    const power = this.#powers.get(kind);
    if (power === undefined) throw new Error(`no such kind of approval: ${kind}`);
    return power;
  }
}

function granted(
  tenantId: string,
  { approvalId, requestedBy, decidedBy, request, reason }: Approval,
): Granted {
  return { tenantId, approvalId, requestedBy, decidedBy, content: request ?? {}, reason };
}
