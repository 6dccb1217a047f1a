import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Content, Granted, Power } from '#libs/approvals';
import { incidentView, previewToDecide, startRestoration } from '#libs/incidents';
import type { RequestContext } from '#libs/requests';

const contentSchema = z.looseObject({
  incidentId: z.string(),
  cardsHash: z.string(),
  requestedThrough: z.string(),
});

/** The cards of a preview are restored from the approval on; there is nothing to collect. */
export class IncidentRestoration implements Power {
  readonly kind = 'incident-restore';

  /** Shows the approver the whole preview: filter, reason, counts, a sample, what is kept out and why. */
  async check(manager: EntityManager, context: RequestContext, content: Content): Promise<Content> {
    const { tenantId, clientId: requestedThrough } = context;
    const { incidentId } = z.looseObject({ incidentId: z.string() }).parse(content);
    return { ...incidentView(await previewToDecide(manager, { tenantId, incidentId })), requestedThrough };
  }

  async carryOut(manager: EntityManager, context: RequestContext, granted: Granted): Promise<void> {
    const { tenantId, approvalId, requestedBy } = granted;
    const { incidentId, cardsHash, requestedThrough } = contentSchema.parse(granted.content);
    const decided = { requestedBy, requestedThrough, approvedBy: context.subject, approvalId, cardsHash };
    await startRestoration(manager, context, { tenantId, incidentId }, decided);
  }
}
