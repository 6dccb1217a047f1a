import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { DeleteEndpoint } from './delete-endpoint.js';
import { Deliveries } from './deliveries.js';
import { EndpointFacts } from './endpoint-facts.js';
import { EndpointSecret } from './endpoint-secret.js';

const route = getRouteApi('/inside/webhooks/$endpointId');

/** One endpoint: what it gets, what it answered, its secret and its end. */
export function WebhookPage() {
  const { endpointId } = route.useParams();
  return <Endpoint key={endpointId} endpointId={endpointId} />;
}

function Endpoint({ endpointId }: { readonly endpointId: string }) {
  const may = useMay('webhooks:manage');
  const query = useQuery({
    queryKey: ['webhook', endpointId],
    queryFn: () =>
      answered(api.GET('/v1/webhook-endpoints/{endpointId}', { params: { path: { endpointId } } })),
    enabled: may,
  });
  const url = query.data?.url;
  return (
    <>
      <PageHead title={url === undefined ? 'Webhook endpoint' : `Webhook endpoint ${url}`}>
        Webhook endpoint {url !== undefined && <UntrustedText>{url}</UntrustedText>}
      </PageHead>
      {!may && <MissingScope what="Seeing webhooks" scopes={['webhooks:manage']} />}
      {may && (
        <Loaded query={query}>
          {(endpoint) => (
            <>
              <EndpointFacts endpoint={endpoint} />
              <Deliveries endpointId={endpointId} />
              <EndpointSecret endpoint={endpoint} />
              <DeleteEndpoint endpoint={endpoint} />
            </>
          )}
        </Loaded>
      )}
    </>
  );
}
