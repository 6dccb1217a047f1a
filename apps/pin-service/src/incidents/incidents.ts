import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApprovalRequested } from '#libs/approvals';
import { formatVerifierKey, signText, verifierKeys } from '#libs/audit';
import { outsideTransaction } from '#libs/database';
import { PinHsm, unavailableIfHsmFault } from '#libs/hsm';
import {
  CancelIncident,
  findIncidentCards,
  findIncidents,
  incidentCardView,
  incidentView,
  IncidentWork,
  listedIncidentView,
  OpenIncident,
  readIncident,
  readPreview,
  reportText,
  RestoreIncident,
  type IncidentView,
} from '#libs/incidents';
import type { Answered, RequestContext } from '#libs/requests';
import { Powers } from '../powers/powers.js';
import type { ListIncidentCardsQuery, ListIncidentsQuery, OpenIncidentBody } from './incident-schemas.js';

/** So long the call that opens an incident searches itself; then it answers how far it came, and the search goes on. */
const SEARCH_MS = 5_000;

/** Incidents of the caller's tenant, over REST. */
@Injectable()
export class Incidents {
  constructor(
    private readonly dataSource: DataSource,
    private readonly hsm: PinHsm,
    private readonly work: IncidentWork,
    private readonly powers: Powers,
    private readonly origin: string,
  ) {}

  async open(context: RequestContext, asked: OpenIncidentBody): Promise<Answered<IncidentView>> {
    const { body, ...status } = await new OpenIncident(this.dataSource).execute({ context, ...asked });
    const key = { tenantId: context.tenantId, incidentId: body.incidentId };
    const end = performance.now() + SEARCH_MS;
    await this.work.searchUntil(key, () => performance.now() > end);
    return { ...status, body: await this.read(key.tenantId, key.incidentId) };
  }

  async list(tenantId: string, query: ListIncidentsQuery) {
    const { items, nextCursor } = await outsideTransaction(() =>
      findIncidents(this.dataSource.manager, tenantId, query),
    );
    return { items: items.map((incident) => listedIncidentView(incident)), nextCursor };
  }

  /** @throws PinwardError INCIDENT_NOT_FOUND */
  async read(tenantId: string, incidentId: string): Promise<IncidentView> {
    return incidentView(
      await outsideTransaction(() => readPreview(this.dataSource.manager, { tenantId, incidentId })),
    );
  }

  async cards(tenantId: string, incidentId: string, query: ListIncidentCardsQuery) {
    const key = { tenantId, incidentId };
    const { items, nextCursor } = await outsideTransaction(async () => {
      await readIncident(this.dataSource.manager, key);
      return await findIncidentCards(this.dataSource.manager, key, query);
    });
    return { items: items.map((card) => incidentCardView(card)), nextCursor };
  }

  /** Starts it, if one person suffices; otherwise another one is asked. */
  async restore(
    context: RequestContext,
    incidentId: string,
  ): Promise<Answered<IncidentView | ApprovalRequested>> {
    const { reason } = await this.read(context.tenantId, incidentId);
    const alone = () => new RestoreIncident(this.dataSource).execute(context, incidentId);
    const asked = { kind: 'incident-restore', content: { incidentId }, reason } as const;
    return await this.powers.alone(alone, context, asked);
  }

  async cancel(context: RequestContext, incidentId: string, reason: string): Promise<Answered<IncidentView>> {
    return await new CancelIncident(this.dataSource).execute(context, incidentId, reason);
  }

  /** @throws PinwardError INCIDENT_NOT_FOUND, INCIDENT_NOT_READY, HSM_UNAVAILABLE */
  async report(tenantId: string, incidentId: string) {
    const text = await outsideTransaction(() =>
      reportText(this.dataSource.manager, { tenantId, incidentId }),
    );
    const report = await signText(this.hsm, this.origin, text).catch(unavailableIfHsmFault);
    return { report, verifierKeys: verifierKeys(this.hsm, this.origin).map(formatVerifierKey) };
  }
}
