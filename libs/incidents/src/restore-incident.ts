import type { DataSource } from 'typeorm';
import { once, storedBody, type Answered, type RequestContext } from '#libs/requests';
import { cancelIncident, startRestoration } from './decide-incident.js';
import { incidentView, type IncidentView } from './incident-view.js';

/** Starts a restoration, if one person suffices; with two, the approval does it (startRestoration). */
export class RestoreIncident {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError as startRestoration does */
  async execute(context: RequestContext, incidentId: string): Promise<Answered<IncidentView>> {
    const { tenantId, subject: requestedBy, clientId: requestedThrough } = context;
    const one = { requestedBy, requestedThrough, approvedBy: null, approvalId: null, cardsHash: null };
    const call = { action: 'incident.start', stoppedAs: 'pin.unlock' } as const;
    return await once(this.dataSource, context, call, async (manager) => {
      const started = await startRestoration(manager, context, { tenantId, incidentId }, one);
      return { answer: storedBody(incidentView(started)) };
    });
  }
}

/** Ends an incident; one person suffices, as for everything that takes power away. */
export class CancelIncident {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError as cancelIncident does */
  async execute(
    context: RequestContext,
    incidentId: string,
    reason: string,
  ): Promise<Answered<IncidentView>> {
    const key = { tenantId: context.tenantId, incidentId };
    return await once(this.dataSource, context, { action: 'incident.cancel' }, async (manager) => {
      const cancelled = await cancelIncident(manager, context, key, reason);
      return { answer: storedBody(incidentView(cancelled)) };
    });
  }
}
