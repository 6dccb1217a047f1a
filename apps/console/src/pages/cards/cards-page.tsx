import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { Pager } from '../../components/pager.js';
import { CardFilter } from './card-filter.js';
import { CardTable } from './card-table.js';
import { cardsQuery, chosenStatus, type CardsSearch } from './search.js';

const route = getRouteApi('/inside/cards');

/** Cards: those that are locked, unless something else is asked for. */
export function CardsPage() {
  const search = route.useSearch();
  return (
    <>
      <PageHead title="Cards" />
      {useMay('ops:read') ? (
        <Cards search={search} />
      ) : (
        <MissingScope what="Seeing cards" scopes={['ops:read']} />
      )}
    </>
  );
}

function Cards({ search }: { readonly search: CardsSearch }) {
  const query = useQuery({
    queryKey: ['cards', cardsQuery(search)],
    queryFn: ({ signal }) =>
      answered(api.GET('/v1/admin/cards', { params: { query: cardsQuery(search) }, signal })),
    placeholderData: keepPreviousData,
  });
  // What was searched for elsewhere is in the fields as well: they begin anew with another address.
  return (
    <>
      <CardFilter key={`${search.card_ref} ${search.last4}`} search={search} />
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>{emptyText(search)}</Empty>
            ) : (
              <CardTable cards={items} caption="Cards" />
            )}
            <Pager cursor={search.cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </>
  );
}

function emptyText(search: CardsSearch): string {
  if (search.card_ref !== undefined || search.last4 !== undefined) return 'No card of this tenant fits.';
  return chosenStatus(search) === 'locked' ? 'No card is locked.' : 'No card is in this state.';
}
