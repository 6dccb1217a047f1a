import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';
import { changePolicy, type PolicyChanges } from '#libs/policy';
import { refuseRepeat, storedBody, type RequestContext, findClaim, storeAnswer } from '#libs/requests';
import { PolicyInForce } from './policy-in-force.js';
import { policyView } from './policy-view.js';

/** A change of the policy by one person, where one suffices. */
@Injectable()
export class ChangingPolicy {
  constructor(
    private readonly dataSource: DataSource,
    private readonly inForce: PolicyInForce,
  ) {}

  /** @throws PinwardError REQUEST_INVALID, or that the request id has been used */
  async execute(context: RequestContext, changes: PolicyChanges, reason: string) {
    const view = await inTransaction(this.dataSource, async (manager) => {
      refuseRepeat(await findClaim(manager, context));
      const made = policyView(await changePolicy(manager, context, { changes, reason }));
      await storeAnswer(manager, context, {
        action: 'policy.change',
        cardId: null,
        answer: storedBody({ ...made }),
      });
      return made;
    });
    await this.inForce.refresh();
    return view;
  }
}
