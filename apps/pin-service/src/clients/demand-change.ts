import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { CHANGE_DEMAND, type ClientDemands, type NewDemand } from '#libs/api-clients';
import type { Content, Granted, Power } from '#libs/approvals';
import { emitEvent, recordEffect, type RequestContext } from '#libs/requests';
import { bothPersons } from '../powers/powers.js';
import { demandSchema } from './demand-schemas.js';

/** The demand is made with the approval; there is nothing to collect. */
export class DemandChange implements Power {
  readonly kind = 'demand-change';

  constructor(private readonly demands: ClientDemands) {}

  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const asked = demandSchema.parse(content);
    await this.demands.check(manager, context, newDemand(asked));
    return asked;
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { content, reason, requestedBy } = granted;
    const demand = newDemand(demandSchema.parse(content));
    // The approver meets it too; the person who asked has set it.
    const { line, event } = await this.demands.put(manager, context, {
      demand,
      reason: reason ?? 'approved by two persons',
      setBy: requestedBy,
      approval: bothPersons(granted),
    });
    await recordEffect(manager, context, { action: CHANGE_DEMAND, cardId: null, eventNo: null, ...line });
    await emitEvent(manager, context, event.type, event.data);
  }
}

export function newDemand({ validFrom, ...demand }: z.infer<typeof demandSchema>): NewDemand {
  return { ...demand, ...(validFrom === undefined ? {} : { validFrom: new Date(validFrom) }) };
}
