import { Injectable } from '@nestjs/common';
import { Approvals, type AnyKind, type Approval, type ApprovalDecided } from '#libs/approvals';
import type { Scope } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import { DecideUnlock, type PinUnlocked, type UnlockRejected } from '#libs/pin';
import type { Answered, Page, RequestContext } from '#libs/requests';
import type { Caller } from '../edge/authentication/caller.js';
import type { ListApprovalsQuery } from '../cards/card-schemas.js';

/** A caller who may ask for a kind may also decide on it, when another person asks. */
const SCOPES: Readonly<Record<AnyKind, Scope>> = {
  unlock: 'ops:unlock',
  'client-create': 'ops:clients',
  'client-rotate-secret': 'ops:clients',
  'client-rotate-keys': 'ops:clients',
  'client-change': 'ops:clients',
  'demand-change': 'ops:policy',
  'webhook-create': 'webhooks:manage',
  'webhook-rotate-secret': 'webhooks:manage',
  'policy-change': 'ops:policy',
  'brake-release': 'ops:brakes',
  'incident-restore': 'ops:incidents',
};

interface Decision {
  readonly caller: Caller;
  readonly context: RequestContext;
  readonly approvalId: string;
}

/** Approvals of every kind, for the caller's scopes. */
@Injectable()
export class Deciding {
  constructor(
    private readonly approvals: Approvals,
    private readonly decideUnlock: DecideUnlock,
  ) {}

  async list({ tenantId, scopes }: Caller, query: ListApprovalsQuery): Promise<Page<Approval>> {
    const kinds = (Object.keys(SCOPES) as AnyKind[]).filter((kind) => scopes.has(SCOPES[kind]));
    return await this.approvals.find(tenantId, { ...query, kinds });
  }

  /** @throws PinwardError APPROVAL_NOT_FOUND, SCOPE_MISSING */
  async read({ tenantId, scopes }: Caller, approvalId: string): Promise<Approval> {
    const approval = await this.approvals.read(tenantId, approvalId);
    if (!scopes.has(SCOPES[approval.kind])) throw new PinwardError('SCOPE_MISSING');
    return approval;
  }

  async approve(decision: Decision): Promise<Answered<PinUnlocked | ApprovalDecided>> {
    const { kind } = await this.read(decision.caller, decision.approvalId);
    return kind === 'unlock'
      ? await this.decideUnlock.approve(decision)
      : await this.approvals.approve(decision);
  }

  async reject(decision: Decision): Promise<Answered<UnlockRejected | ApprovalDecided>> {
    const { kind } = await this.read(decision.caller, decision.approvalId);
    return kind === 'unlock'
      ? await this.decideUnlock.reject(decision)
      : await this.approvals.reject(decision);
  }

  /** @throws PinwardError NOT_THE_REQUESTER, NOTHING_TO_COLLECT, also for an unlock */
  async collect(decision: Decision): Promise<object> {
    const { kind } = await this.read(decision.caller, decision.approvalId);
    if (kind === 'unlock') throw new PinwardError('NOTHING_TO_COLLECT');
    return await this.approvals.collect(decision);
  }
}
