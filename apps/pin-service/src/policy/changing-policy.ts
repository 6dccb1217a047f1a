import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { changePolicy, type PolicyChanges } from '#libs/policy';
import { once, storedBody, type Answered, type RequestContext } from '#libs/requests';
import { PolicyInForce } from './policy-in-force.js';
import { policyView, type PolicyView } from './policy-view.js';

/** A change of the policy by one person, if one suffices. */
@Injectable()
export class ChangingPolicy {
  constructor(
    private readonly dataSource: DataSource,
    private readonly inForce: PolicyInForce,
  ) {}

  /** @throws PinwardError REQUEST_INVALID, or that the request id has been used */
  async execute(
    context: RequestContext,
    changes: PolicyChanges,
    reason: string,
  ): Promise<Answered<PolicyView>> {
    const view = await once<PolicyView>(
      this.dataSource,
      context,
      { action: 'policy.change' },
      async (manager) => {
        const made = await changePolicy(manager, context, { changes, reason });
        return { answer: storedBody({ ...policyView(made) }) };
      },
    );
    await this.inForce.refresh();
    return view;
  }
}
