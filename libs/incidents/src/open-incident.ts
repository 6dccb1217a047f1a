import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { limitReached } from '#libs/errors';
import { maskPanLike } from '#libs/pan-mask';
import { once, storedBody, type Answered, type RequestContext } from '#libs/requests';
import { checkFilter, type Windows } from './filter.js';
import type { IncidentFilter } from './incident.js';
import { filterDetails } from './trail.js';

/** Each holds its cards, and is looked at by persons: more would help no person. */
const OPEN_AT_MOST = 10;
const RETRY_AFTER_SECONDS = 3_600;

export interface OpenIncidentRequest {
  readonly context: RequestContext;
  readonly filter: IncidentFilter;
  /** 5 to 200 characters. */
  readonly reason: string;
}

export interface IncidentOpened {
  readonly incidentId: string;
}

/** Begins an incident: its cards are looked for, and nothing is changed. */
export class OpenIncident {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws PinwardError REQUEST_INVALID, OPERATION_RATE_LIMITED */
  async execute({ context, filter, reason }: OpenIncidentRequest): Promise<Answered<IncidentOpened>> {
    return await once(this.dataSource, context, { action: 'incident.open' }, async (manager) => {
      // 1. Counted one after the other, so that the bound holds.
      await refuseTooMany(manager, context.tenantId);
      // 2. The filter, by the clock of the database.
      const windows = await checkFilter(manager, filter);
      // 3. The search begins; whichever process comes first goes on with it.
      const asked = { filter, windows, reason: maskPanLike(reason) };
      const incidentId = await insert(manager, context, asked);
      const details = { incidentId, reason: asked.reason, ...filterDetails(filter) };
      return { answer: storedBody({ incidentId }), line: { result: 'opened', details } };
    });
  }
}

async function refuseTooMany(manager: EntityManager, tenantId: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `pinward incidents ${tenantId}`,
  ]);
  const [{ open } = { open: 0 }] = await manager.query<{ open: number }[]>(
    `SELECT count(*)::integer AS open FROM incidents
      WHERE tenant_id = $1 AND state IN ('searching', 'previewed', 'running')`,
    [tenantId],
  );
  if (open >= OPEN_AT_MOST) throw limitReached('tenant-incidents', RETRY_AFTER_SECONDS);
}

async function insert(
  manager: EntityManager,
  { tenantId, subject, clientId }: RequestContext,
  asked: { readonly filter: IncidentFilter; readonly windows: Windows; readonly reason: string },
): Promise<string> {
  const incidentId = randomUUID();
  const { lockedFrom, lockedTo } = asked.windows;
  await manager.query(
    `INSERT INTO incidents (tenant_id, incident_id, filter, reason, opened_by, opened_through, searched_until, search_end)
     VALUES ($1, $2, $3, $4, $5, $6, $7, greatest($7, least($8, clock_timestamp())))`,
    [
      tenantId,
      incidentId,
      JSON.stringify(asked.filter),
      asked.reason,
      subject,
      clientId,
      lockedFrom,
      lockedTo,
    ],
  );
  return incidentId;
}
