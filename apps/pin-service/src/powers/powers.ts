import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Approvals, type ApprovalRequested, type Content, type Power, type Granted } from '#libs/approvals';
import { ungrantable } from '#libs/api-clients';
import { outsideTransaction } from '#libs/database';
import { PinwardError } from '#libs/errors';
import { approvalsInForce } from '#libs/policy';
import type { Answered, RequestContext } from '#libs/requests';
import type { Caller } from '../edge/authentication/caller.js';

/** Whether one person acts alone or asks another, by the database's present policy. */
@Injectable()
export class Powers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly approvals: Approvals,
  ) {}

  /** The work of one person if one suffices, otherwise the request on which a second person decides. */
  async either<Body, Requested>(
    alone: () => Promise<Answered<Body>>,
    request: () => Promise<Answered<Requested>>,
  ): Promise<Answered<Body | Requested>> {
    const persons = await outsideTransaction(() => approvalsInForce(this.dataSource.manager));
    return persons === 1 ? await alone() : await request();
  }

  /** The same for changes that an approval asks for. */
  async alone<Body>(
    work: () => Promise<Answered<Body>>,
    context: RequestContext,
    asked: { readonly kind: Power['kind']; readonly content: Content; readonly reason?: string | undefined },
  ): Promise<Answered<Body | ApprovalRequested>> {
    return await this.either(work, () => this.approvals.request(context, asked));
  }

  /** @throws PinwardError SCOPE_NOT_GRANTABLE */
  refuseScopes({ scopes: held }: Caller, asked: readonly string[]): void {
    const scopes = ungrantable(asked, held);
    if (scopes.length > 0) throw new PinwardError('SCOPE_NOT_GRANTABLE', { scopes });
  }
}

/** For the audit line and the event of a change that took two persons. */
export function bothPersons({
  approvalId,
  requestedBy,
  decidedBy,
}: Granted): Readonly<Record<string, string>> {
  return { approvalId, requestedBy, ...(decidedBy === null ? {} : { approvedBy: decidedBy }) };
}
