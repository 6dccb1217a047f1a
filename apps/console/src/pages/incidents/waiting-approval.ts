import type { Schemas } from '../../api/client.js';

/** The approval under which the restoration of this incident waits for a second person. */
export function waitingFor(
  incidentId: string,
  approvals: readonly Schemas['Approval'][],
): Schemas['Approval'] | null {
  return (
    approvals.find(
      ({ kind, status, request }) =>
        kind === 'incident-restore' && status === 'pending' && request?.['incidentId'] === incidentId,
    ) ?? null
  );
}
