import type { DataSource, EntityManager } from 'typeorm';
import { ApprovalEntity, inTransaction, outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import {
  answered,
  refuseRepeat,
  storedBody,
  type Answered,
  type Page,
  type RequestContext,
  findClaim,
  storeAnswer,
} from '#libs/requests';
import type { Approval } from './approval.js';
import { findApprovals, readApproval, type ApprovalFilter } from './find-approvals.js';
import type { Granted, Power } from './power.js';
import {
  decide,
  insert,
  lockPending,
  lockToCollect,
  record,
  refuseApprover,
  refuseOthers,
  type Asked,
} from './steps.js';

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
 * Changes that make power, in the hands of two persons: one asks, another decides, and the first collects the secret
 * that comes of it. Each step is one transaction with its audit line, its event and its request id.
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
    return await inTransaction(this.dataSource, async (manager) => {
      // 1. Request id, then what is asked for.
      const claim = await findClaim(manager, context);
      if (claim.outcome === 'answered') return answered<ApprovalRequested>(claim.answer);
      refuseRepeat(claim);
      const content = await this.power(asked.kind).check(manager, context, asked.content);
      // 2. The approval.
      const row = await insert(manager, context, { ...asked, content });
      // 3. What goes with it.
      const { approvalId, expiresAt } = row;
      const answer = {
        ...storedBody({ approvalId, expiresAt: expiresAt.toISOString() }),
        accepted: true,
      } as const;
      await storeAnswer(manager, context, { action: 'approval.request', cardId: null, answer });
      await record(manager, context, row, 'requested');
      return answered<ApprovalRequested>(answer, { replayed: false });
    });
  }

  /** Carries it out. @throws PinwardError SAME_OPERATOR, APPROVER_NOT_ACCEPTED, APPROVAL_CLOSED and what the change refuses */
  async approve({ context, approvalId }: Decision): Promise<Answered<ApprovalDecided>> {
    const found = await this.read(context.tenantId, approvalId);
    const before = granted(context.tenantId, found);
    const power = this.power(found.kind);
    const prepared = found.status === 'pending' ? await power.prepareApproval?.(before) : undefined;
    return await inTransaction(this.dataSource, async (manager) => {
      // 1. Request id, then who decides about what.
      const claim = await findClaim(manager, context);
      if (claim.outcome === 'answered') return answered<ApprovalDecided>(claim.answer);
      refuseRepeat(claim);
      const row = await lockPending(manager, context, approvalId);
      await refuseApprover(manager, context, row);
      // 2. The change, for which both answer.
      await decide(manager, context, row, 'approved');
      await power.carryOut(manager, context, { ...before, decidedBy: context.subject }, prepared);
      return await this.decided(manager, context, row, 'approved');
    });
  }

  /** Also by whoever asked: that is a withdrawal. @throws PinwardError APPROVAL_CLOSED */
  async reject({ context, approvalId }: Decision): Promise<Answered<ApprovalDecided>> {
    return await inTransaction(this.dataSource, async (manager) => {
      const claim = await findClaim(manager, context);
      if (claim.outcome === 'answered') return answered<ApprovalDecided>(claim.answer);
      refuseRepeat(claim);
      const row = await lockPending(manager, context, approvalId);
      await decide(manager, context, row, 'rejected');
      return await this.decided(manager, context, row, 'rejected');
    });
  }

  /**
   * Shows the requester, once, the secret that came of an approved request.
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
    return await inTransaction(this.dataSource, async (manager) => {
      refuseRepeat(await findClaim(manager, context));
      const row = await lockToCollect(manager, context, approvalId);
      const key = { tenantId: row.tenantId, approvalId };
      await manager.update(ApprovalEntity, key, { collectedAt: () => 'clock_timestamp()' });
      const answer = (await power.collect?.(manager, context, before, prepared)) ?? {};
      await storeAnswer(manager, context, { action: 'approval.collect', cardId: null, answer: null });
      await record(manager, context, row, 'collected');
      return answer;
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

  private async decided(
    manager: EntityManager,
    context: RequestContext,
    row: ApprovalEntity,
    status: ApprovalDecided['status'],
  ): Promise<Answered<ApprovalDecided>> {
    const answer = storedBody({ approvalId: row.approvalId, status });
    const action = status === 'approved' ? 'approval.approve' : 'approval.reject';
    await storeAnswer(manager, context, { action, cardId: null, answer });
    await record(manager, context, row, status);
    return answered<ApprovalDecided>(answer, { replayed: false });
  }
}

function granted(
  tenantId: string,
  { approvalId, requestedBy, decidedBy, request, reason }: Approval,
): Granted {
  return { tenantId, approvalId, requestedBy, decidedBy, content: request ?? {}, reason };
}
