import { Injectable } from '@nestjs/common';
import type { ApprovalRequested } from '#libs/approvals';
import { ClientChanges, MakesPower, type ClientView } from '#libs/api-clients';
import type { Answered, RequestContext } from '#libs/requests';
import type { Caller } from '../edge/authentication/caller.js';
import { AgreementKeeper } from '../edge/authentication/agreement-keeper.js';
import { changeContent } from '../powers/client-alteration.js';
import { Powers } from '../powers/powers.js';
import type { ChangeClientBody } from './client-schemas.js';

/** A change of what is agreed with a client: one person takes power away, two persons give it. */
@Injectable()
export class ChangingClient {
  constructor(
    private readonly changes: ClientChanges,
    private readonly powers: Powers,
    private readonly agreements: AgreementKeeper,
  ) {}

  /** @throws PinwardError REQUEST_INVALID, CLIENT_NOT_FOUND, SCOPE_NOT_GRANTABLE, SAME_OPERATOR, APPROVAL_CLOSED */
  async execute(
    caller: Caller,
    context: RequestContext,
    clientId: string,
    { reason, ...asked }: ChangeClientBody,
  ): Promise<Answered<ClientView | ApprovalRequested>> {
    try {
      // 1. What only takes something away is done.
      const narrowed = await this.changes.narrow(context, clientId, { ...asked, reason });
      await this.agreements.refresh();
      return narrowed;
    } catch (fault) {
      // 2. What gives something takes a person who may give it, and perhaps another one.
      if (!(fault instanceof MakesPower)) throw fault;
      const { change, gain } = fault;
      this.powers.refuseScopes(caller, gain.scopes);
      const apply = () => this.changes.apply(context, change, { reason });
      const content = changeContent(change);
      return await this.powers.alone(apply, context, { kind: 'client-change', content, reason });
    }
  }
}
