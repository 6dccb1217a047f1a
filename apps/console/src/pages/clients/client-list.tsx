import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Badge } from '../../components/facts.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { ageOfClient } from './ages.js';
import { useMaxAge } from './use-max-age.js';

const route = getRouteApi('/inside/clients');

/** Clients of the tenant, revoked ones included, with the age of what they prove themselves with. */
export function ClientList() {
  const { cursor } = route.useSearch();
  const limit = useMaxAge();
  const query = useQuery({
    queryKey: ['clients', cursor],
    queryFn: () => answered(api.GET('/v1/admin/clients', { params: { query: given({ cursor }) } })),
  });
  return (
    <Loaded query={query}>
      {({ items, nextCursor }) => (
        <>
          {items.length === 0 ? (
            <Empty>There is no client.</Empty>
          ) : (
            <DataTable
              caption="Clients"
              rows={items}
              keyOf={({ clientId }) => clientId}
              linkOf={({ clientId }) => ({ to: '/clients/$clientId', params: { clientId } })}
              columns={[
                { head: 'Client', cell: ({ clientId }) => <UntrustedText>{clientId}</UntrustedText> },
                {
                  head: 'Person',
                  cell: ({ person }) => person !== undefined && <UntrustedText>{person}</UntrustedText>,
                },
                { head: 'Proves itself with', cell: methodsOf },
                { head: 'Age', cell: (client) => <Age client={client} limit={limit} /> },
                { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} style="short" /> },
              ]}
            />
          )}
          <Pager cursor={cursor} nextCursor={nextCursor} />
        </>
      )}
    </Loaded>
  );
}

/** In words: `secret, keys`. */
function methodsOf({ secrets, keys }: Schemas['Client']): string {
  const words = [
    ...(secrets.length > 0 ? ['secret'] : []),
    ...(keys.some(({ method }) => method === 'private_key_jwt') ? ['keys'] : []),
    ...(keys.some(({ method }) => method === 'tls_client_auth') ? ['certificate'] : []),
  ];
  return words.length === 0 ? 'nothing' : words.join(', ');
}

function Age({ client, limit }: { readonly client: Schemas['Client']; readonly limit: number }) {
  if (client.revokedAt !== undefined) return <Badge>revoked</Badge>;
  const age = ageOfClient(client, limit);
  return age === null ? null : <Badge tone={age.tone}>{age.words}</Badge>;
}
