import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { given } from '../../search.js';
import { AuditFilterBar } from './audit-filter-bar.js';
import { AuditTable } from './audit-table.js';
import { ExportLines } from './export-lines.js';
import { queryOf } from './filters.js';
import { readCheckpoint } from './read-line.js';

const route = getRouteApi('/inside/audit');
const LINES_A_PAGE = 100;

/** Lines of the tenant, oldest first, as the trail has them. */
export function AuditLines() {
  const { view: _view, cursor, ...values } = route.useSearch();
  const isFiltered = Object.keys(values).length > 0;
  const query = useQuery({
    queryKey: ['audit', values, cursor],
    queryFn: () =>
      answered(
        api.GET('/v1/admin/audit', {
          params: { query: { ...queryOf(values), ...given({ cursor }), limit: LINES_A_PAGE } },
        }),
      ),
  });
  return (
    <>
      <AuditFilterBar key={JSON.stringify(values)} values={values} />
      {!isFiltered && <NewestLink />}
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {isFiltered ? 'No line fits.' : 'There is no line from here on.'} Lines appear when they are
                sealed, two seconds after what they record.
              </Empty>
            ) : (
              <>
                <AuditTable lines={items} />
                <ExportLines lines={items} />
              </>
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** The trail is listed from its begin; this goes to its end. Places are of all tenants, so a page may have fewer lines. */
function NewestLink() {
  const checkpoint = useQuery({ queryKey: ['audit-checkpoint'], queryFn: readCheckpoint });
  if (checkpoint.data === undefined) return null;
  const cursor = String(Math.max(0, checkpoint.data.treeSize - LINES_A_PAGE));
  return (
    <p>
      Lines are listed oldest first.{' '}
      <Link to="/audit" search={{ cursor }}>
        Go to the newest
      </Link>
    </p>
  );
}
