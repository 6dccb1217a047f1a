import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { EndpointState } from './endpoint-state.js';

const route = getRouteApi('/inside/webhooks');

export function EndpointList() {
  const { cursor } = route.useSearch();
  const query = useQuery({
    queryKey: ['webhooks', cursor],
    queryFn: () => answered(api.GET('/v1/webhook-endpoints', { params: { query: given({ cursor }) } })),
  });
  return (
    <Loaded query={query}>
      {({ items, nextCursor, sourceAddresses }) => (
        <>
          {items.length === 0 ? (
            <Empty>Events go nowhere yet.</Empty>
          ) : (
            <DataTable
              caption="Webhook endpoints, oldest first"
              rows={items}
              keyOf={({ endpointId }) => endpointId}
              linkOf={({ endpointId }) => ({ to: '/webhooks/$endpointId', params: { endpointId } })}
              columns={[
                { head: 'Address', cell: ({ url }) => <UntrustedText>{url}</UntrustedText> },
                { head: 'State', cell: (endpoint) => <EndpointState endpoint={endpoint} /> },
                {
                  head: 'Events',
                  cell: ({ events }) => (events === undefined ? 'all but codes' : events.length),
                },
                { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} style="short" /> },
              ]}
            />
          )}
          <Pager cursor={cursor} nextCursor={nextCursor} />
          {sourceAddresses.length > 0 && (
            <p className="muted">
              Events come from <UntrustedText>{sourceAddresses.join(', ')}</UntrustedText>. Receivers may
              allow these alone.
            </p>
          )}
        </>
      )}
    </Loaded>
  );
}
