import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { ViewLinks } from '../../components/view-links.js';
import { EndpointList } from './endpoint-list.js';
import { NewEndpoint } from './new-endpoint.js';

const route = getRouteApi('/inside/webhooks');

/** Where events of the tenant go. */
export function WebhooksPage() {
  const { view } = route.useSearch();
  const may = useMay('webhooks:manage');
  return (
    <>
      <PageHead title={view === 'new' ? 'New webhook endpoint' : 'Webhooks'} />
      <ViewLinks
        label="Views of webhooks"
        views={[
          { word: 'Endpoints', link: { to: '/webhooks', search: {} }, current: view === undefined },
          {
            word: 'New endpoint',
            link: { to: '/webhooks', search: { view: 'new' } },
            current: view === 'new',
          },
        ]}
      />
      {!may && <MissingScope what="Seeing webhooks" scopes={['webhooks:manage']} />}
      {may && (view === 'new' ? <NewEndpoint /> : <EndpointList />)}
    </>
  );
}
