import type { EntityManager } from 'typeorm';
import { appendAudit, SERVICE, type AuditLine } from '#libs/requests';
import type { Incident, IncidentCounts, IncidentFilter } from './incident.js';

/** The subject of what the service does for an incident; persons are named in the details. */
const WORKER = 'incidents';

type Details = NonNullable<AuditLine['details']>;

/** Flat, as details are. */
export function filterDetails({ sourceAddresses, clientId, ...windows }: IncidentFilter): Details {
  const given = Object.entries(windows).filter(([, time]) => time !== undefined);
  return {
    ...(Object.fromEntries(given) as Record<string, string>),
    ...(clientId === undefined ? {} : { client: clientId }),
    ...(sourceAddresses === undefined ? {} : { sourceAddresses }),
  };
}

export function personsDetails({ requestedBy, approvedBy, approvalId }: Incident): Details {
  return {
    ...(requestedBy === null ? {} : { requestedBy }),
    ...(approvedBy === null ? {} : { approvedBy }),
    ...(approvalId === null ? {} : { approvalId }),
  };
}

export function countDetails({
  planned,
  restored,
  keptOut,
  failuresTakenBack,
  causes,
}: IncidentCounts): Details {
  return { planned, restored, keptOut, failuresTakenBack, causes: { ...causes } };
}

/** Lines of the service's own work, under the incident's id. */
export async function appendWorkerLines(
  manager: EntityManager,
  { tenantId, incidentId }: Incident,
  lines: readonly Pick<AuditLine, 'action' | 'result' | 'cardId' | 'eventNo' | 'details'>[],
): Promise<void> {
  const worker = {
    tenantId,
    clientId: SERVICE,
    subject: WORKER,
    sourceAddress: null,
    requestId: incidentId,
  };
  await appendAudit(
    manager,
    lines.map((line) => ({ ...worker, ...line })),
  );
}
