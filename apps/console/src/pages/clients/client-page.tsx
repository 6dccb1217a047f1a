import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { ViewLinks } from '../../components/view-links.js';
import { ChangeClient } from './change-client.js';
import { ClientFacts } from './client-facts.js';
import { ClientKeys } from './client-keys.js';
import { ClientSecrets } from './client-secrets.js';
import { RevokeClient } from './revoke-client.js';
import { Withdraw } from './withdraw.js';

const route = getRouteApi('/inside/clients/$clientId');

/** One client: what it may do, what it proves itself with, and how it is ended. */
export function ClientPage() {
  const { clientId } = route.useParams();
  // What was shown of another client does not stay.
  const { view } = route.useSearch();
  return <Client key={clientId} clientId={clientId} view={view} />;
}

interface ClientProps {
  readonly clientId: string;
  readonly view: 'change' | undefined;
}

function Client({ clientId, view }: ClientProps) {
  const may = useMay('ops:clients');
  const query = useQuery({
    queryKey: ['client', clientId],
    queryFn: () => answered(api.GET('/v1/admin/clients/{clientId}', { params: { path: { clientId } } })),
    enabled: may,
  });
  return (
    <>
      <PageHead title={`Client ${clientId}`}>
        Client <UntrustedText>{clientId}</UntrustedText>
      </PageHead>
      {!may && <MissingScope what="Seeing clients" scopes={['ops:clients']} />}
      {may && (
        <Loaded query={query}>
          {(client) => (
            <>
              {client.revokedAt === undefined && <Views clientId={clientId} view={view} />}
              {view === 'change' && client.revokedAt === undefined ? (
                <ChangeClient client={client} />
              ) : (
                <Parts client={client} />
              )}
            </>
          )}
        </Loaded>
      )}
    </>
  );
}

function Views({ clientId, view }: ClientProps) {
  const link = { to: '/clients/$clientId', params: { clientId } } as const;
  return (
    <ViewLinks
      label="Views of the client"
      views={[
        { word: 'The client', link, current: view === undefined },
        { word: 'Change', link: { ...link, search: { view: 'change' } }, current: view === 'change' },
      ]}
    />
  );
}

function Parts({ client }: { readonly client: Schemas['Client'] }) {
  const isLiving = client.revokedAt === undefined;
  return (
    <>
      <ClientFacts client={client} />
      <ClientSecrets client={client} />
      <ClientKeys client={client} />
      {isLiving && <Withdraw client={client} />}
      {isLiving && <RevokeClient clientId={client.clientId} />}
    </>
  );
}
