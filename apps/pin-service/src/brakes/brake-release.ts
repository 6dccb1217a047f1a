import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import type { Brakes } from '#libs/brakes';
import type { RequestContext } from '#libs/requests';
import { bothPersons } from '../powers/powers.js';

const contentSchema = z.looseObject({ brakeId: z.string() });

/** The stopped operation works again from the approval on; there is nothing to collect. */
export class BrakeRelease implements Power {
  readonly kind = 'brake-release';

  constructor(private readonly brakes: Brakes) {}

  /** Shows the approver what was stopped. */
  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const { brakeId } = contentSchema.parse(content);
    const { kind, target, reason, pulledBy } = await this.brakes.readIn(manager, context, brakeId);
    return { brakeId, kind, target, pulledFor: reason, pulledBy };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { brakeId } = contentSchema.parse(granted.content);
    const reason = granted.reason ?? 'approved by two persons';
    await this.brakes.releaseIn(manager, context, { brakeId, reason, approval: bothPersons(granted) });
  }
}
