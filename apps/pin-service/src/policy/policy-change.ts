import type { EntityManager } from 'typeorm';
import type { Content, Granted, Power } from '#libs/approvals';
import { changePolicy, checkPolicyChange, policyChangesSchema, type PolicyChanges } from '#libs/policy';
import type { RequestContext } from '#libs/requests';
import { bothPersons } from '../powers/powers.js';

/** The policy changes with the approval; there is nothing to collect. */
export class PolicyChange implements Power {
  readonly kind = 'policy-change';

  async check(manager: EntityManager, _context: RequestContext, content: Content): Promise<Content> {
    const changes = changesIn(content);
    await checkPolicyChange(manager, changes);
    return changes;
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { content, reason } = granted;
    await changePolicy(manager, context, {
      changes: changesIn(content),
      reason: reason ?? 'approved by two persons',
      approval: bothPersons(granted),
    });
  }
}

/** This service wrote it; it is read as strictly as on its arrival. */
function changesIn(content: Content): PolicyChanges {
  return policyChangesSchema.parse(content);
}
