import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { ViewLinks } from '../../components/view-links.js';
import { given } from '../../search.js';
import { ClientList } from './client-list.js';
import { Demands } from './demands.js';
import { NewClient } from './new-client.js';
import { Persons } from './persons.js';

const route = getRouteApi('/inside/clients');

/** Who may call the service: programs and operators, the persons behind them, and what is demanded of them. */
export function ClientsPage() {
  const { view } = route.useSearch();
  const may = useMay('ops:clients');
  return (
    <>
      <PageHead title={TITLES[view ?? 'clients']} />
      <ViewLinks
        label="Views of clients"
        views={VIEWS.map((entry) => ({ ...entry, current: entry.view === view }))}
      />
      {view === 'demands' && <Demands />}
      {view !== 'demands' && !may && (
        <MissingScope what="Seeing and making clients" scopes={['ops:clients']} />
      )}
      {may && view === undefined && <ClientList />}
      {may && view === 'persons' && <Persons />}
      {may && view === 'new' && <NewClient />}
    </>
  );
}

const TITLES = {
  clients: 'Clients',
  persons: 'Persons',
  demands: 'What is demanded of clients',
  new: 'New client',
} as const;

const VIEWS = (
  [
    [undefined, 'Clients'],
    ['persons', 'Persons'],
    ['demands', 'Demands'],
    ['new', 'New client'],
  ] as const
).map(([view, word]) => ({ view, word, link: { to: '/clients', search: given({ view }) } as const }));
