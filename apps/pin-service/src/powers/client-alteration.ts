import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import { SCOPES, type ClientChange, type ClientChanges } from '#libs/api-clients';
import type { RequestContext } from '#libs/requests';
import { bothPersons } from './powers.js';

const agreementSchema = z.strictObject({
  scopes: z.array(z.enum(SCOPES)),
  allowedAddresses: z.array(z.string()),
  requestsPerMinute: z.number().nullable(),
});
const contentSchema = z.strictObject({
  clientId: z.string(),
  person: z.string().nullable(),
  before: agreementSchema,
  after: agreementSchema,
});

/** A client gets more with the approval, if it is still as it was when that was asked for; nothing is collected. */
export class ClientAlteration implements Power {
  readonly kind = 'client-change';

  constructor(private readonly changes: ClientChanges) {}

  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const change = contentSchema.parse(content);
    await this.changes.check(manager, context, change);
    return { ...change };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const reason = granted.reason ?? 'approved by two persons';
    const because = { reason, approval: bothPersons(granted) };
    await this.changes.carryOut(manager, context, contentSchema.parse(granted.content), because);
  }
}

/** As an approver sees it: all that is agreed, before and after. */
export function changeContent({ clientId, person, before, after }: ClientChange): Content {
  return { clientId, person, before, after };
}
