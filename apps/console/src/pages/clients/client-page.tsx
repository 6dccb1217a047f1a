import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { UntrustedText } from '../../components/untrusted-text.js';
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
  return <Client key={clientId} clientId={clientId} />;
}

function Client({ clientId }: { readonly clientId: string }) {
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
              <ClientFacts client={client} />
              <ClientSecrets client={client} />
              <ClientKeys client={client} />
              {client.revokedAt === undefined && <Withdraw client={client} />}
              {client.revokedAt === undefined && <RevokeClient clientId={clientId} />}
            </>
          )}
        </Loaded>
      )}
    </>
  );
}
