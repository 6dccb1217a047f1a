import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { ViewLinks } from '../../components/view-links.js';
import { given } from '../../search.js';
import { AlarmList } from './alarm-list.js';
import { Brakes } from './brakes.js';
import { IncidentList } from './incident-list.js';
import { NewIncident } from './new-incident.js';

const route = getRouteApi('/inside/incidents');

/** Cards that one bad release has locked; alarms of guessing; and what operators have stopped. */
export function IncidentsPage() {
  const { view } = route.useSearch();
  const mayRead = useMay('ops:read', 'ops:incidents');
  const mayReadBrakes = useMay('ops:read', 'ops:brakes');
  const mayOpen = useMay('ops:incidents');
  return (
    <>
      <PageHead title={TITLES[view ?? 'incidents']} />
      <ViewLinks
        label="Views of incidents"
        views={VIEWS.map((entry) => ({ ...entry, current: entry.view === view }))}
      />
      {view === undefined &&
        (mayRead ? (
          <IncidentList />
        ) : (
          <MissingScope what="Seeing incidents" scopes={['ops:read', 'ops:incidents']} />
        ))}
      {view === 'new' &&
        (mayOpen ? <NewIncident /> : <MissingScope what="Opening an incident" scopes={['ops:incidents']} />)}
      {view === 'alarms' &&
        (mayReadBrakes ? (
          <AlarmList />
        ) : (
          <MissingScope what="Seeing alarms" scopes={['ops:read', 'ops:brakes']} />
        ))}
      {view === 'brakes' &&
        (mayReadBrakes ? (
          <Brakes />
        ) : (
          <MissingScope what="Seeing brakes" scopes={['ops:read', 'ops:brakes']} />
        ))}
    </>
  );
}

const TITLES = {
  incidents: 'Incidents',
  alarms: 'Alarms',
  brakes: 'Emergency brakes',
  new: 'New incident',
} as const;

const VIEWS = ([undefined, 'alarms', 'brakes', 'new'] as const).map((view) => ({
  view,
  word: TITLES[view ?? 'incidents'],
  link: { to: '/incidents', search: given({ view }) } as const,
}));
