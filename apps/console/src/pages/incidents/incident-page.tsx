import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { inBackground, useKeptUpToDate } from '../../api/background.js';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { CancelIncident } from './cancel-incident.js';
import { IncidentCards } from './incident-cards.js';
import { IncidentFacts } from './incident-facts.js';
import { IncidentNumbers } from './incident-numbers.js';
import { IncidentReport } from './incident-report.js';
import { RestoreIncident } from './restore-incident.js';
import { isMoving, isOver } from './states.js';

const route = getRouteApi('/inside/incidents/$incidentId');
const LOOKED_AT_EVERY_MS = 2_000;

/** One incident: why, which cards, what is decided, how far it is, and the report of its end. */
export function IncidentPage() {
  const { incidentId } = route.useParams();
  const mayDecide = useMay('ops:incidents');
  const path = { params: { path: { incidentId } } };
  const queryKey = ['incident', incidentId];
  const query = useQuery({
    queryKey,
    queryFn: () => answered(api.GET('/v1/admin/incidents/{incidentId}', path)),
  });
  const moves = query.data !== undefined && isMoving(query.data.state);
  useKeptUpToDate(
    queryKey,
    () => answered(api.GET('/v1/admin/incidents/{incidentId}', { ...path, ...inBackground })),
    moves ? LOOKED_AT_EVERY_MS : null,
  );
  return (
    <>
      <PageHead title={query.data === undefined ? 'Incident' : `Incident: ${query.data.reason}`}>
        {query.data === undefined ? (
          'Incident'
        ) : (
          <>
            Incident: <UntrustedText>{query.data.reason}</UntrustedText>
          </>
        )}
      </PageHead>
      <Loaded query={query}>
        {(incident) => (
          <>
            <IncidentFacts incident={incident} />
            <IncidentNumbers incident={incident} />
            {incident.state === 'previewed' && mayDecide && <RestoreIncident incident={incident} />}
            {!isOver(incident.state) && mayDecide && <CancelIncident incidentId={incidentId} />}
            {!isOver(incident.state) && !mayDecide && (
              <MissingScope what="Restoring or cancelling" scopes={['ops:incidents']} />
            )}
            {isOver(incident.state) && <IncidentReport incidentId={incidentId} />}
            <IncidentCards incidentId={incidentId} state={incident.state} />
          </>
        )}
      </Loaded>
    </>
  );
}
