import { usePrefetchQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { policyQuery } from '../../api/policy.js';
import { useMay } from '../../api/session.js';
import { Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { CardHistory } from './card-history.js';
import { CardState } from './card-state.js';
import { CardUnlock } from './card-unlock.js';

const route = getRouteApi('/inside/cards/$cardId');

/** One card: how it stands, what can be done, and what was. */
export function CardPage() {
  const { cardId } = route.useParams();
  const mayRead = useMay('ops:read');
  // Another card is another page, with its own heading and form.
  return mayRead ? (
    <Card key={cardId} cardId={cardId} />
  ) : (
    <>
      <PageHead title="Card" />
      <MissingScope what="Seeing cards" scopes={['ops:read']} />
    </>
  );
}

function Card({ cardId }: { readonly cardId: string }) {
  // State, policy and history are read at once, not one after the other.
  usePrefetchQuery(policyQuery);
  const query = useQuery({
    queryKey: ['card', cardId],
    queryFn: ({ signal }) =>
      answered(api.GET('/v1/admin/cards/{cardId}', { params: { path: { cardId } }, signal })),
  });
  return (
    <>
      <Head cardId={cardId} card={query.data} />
      <Loaded query={query}>
        {(card) => (
          <>
            <CardState card={card} />
            <CardUnlock card={card} />
          </>
        )}
      </Loaded>
      {!query.isLoadingError && <CardHistory cardId={cardId} />}
    </>
  );
}

interface HeadProps {
  readonly cardId: string;
  readonly card: Schemas['OperatorCard'] | undefined;
}

function Head({ cardId, card }: HeadProps) {
  return (
    <div>
      <PageHead title={card === undefined ? 'Card' : `Card ${card.cardRef}`}>
        Card {card !== undefined && <UntrustedText>{card.cardRef}</UntrustedText>}
      </PageHead>
      <p className="muted">
        <Id>{cardId}</Id>
      </p>
    </div>
  );
}
