import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { AuditFilterBar } from './audit-filter-bar.js';
import { AuditTable } from './audit-table.js';
import { ExportLines } from './export-lines.js';
import { GrowthAlarm } from './growth-view.js';
import { readJudgedCheckpoint } from './read-line.js';
import { searchLines, type FoundLines } from './search-lines.js';

const route = getRouteApi('/inside/audit');
/** A page's worth before the end. */
const NEWEST = 100;

/** Lines of the tenant, oldest first, as the trail has them. */
export function AuditLines() {
  const { view: _view, cursor, ...values } = route.useSearch();
  const isFiltered = Object.keys(values).length > 0;
  const query = useQuery({
    queryKey: ['audit', values, cursor],
    queryFn: ({ signal }) => searchLines({ values, cursor, signal }),
  });
  return (
    <>
      <AuditFilterBar key={JSON.stringify(values)} values={values} />
      <Checkpoint isFiltered={isFiltered} />
      <ExportLines values={values} />
      <Loaded query={query}>
        {(found) => (
          <>
            {found.lines.length === 0 ? (
              <Empty>{found.isShort ? 'No line fits so far.' : wordOfNone(isFiltered)}</Empty>
            ) : (
              <AuditTable lines={found.lines} />
            )}
            {found.isShort ? (
              <SearchOn found={found} />
            ) : (
              <Pager cursor={cursor} nextCursor={found.nextCursor} />
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

function wordOfNone(isFiltered: boolean): string {
  const none = isFiltered ? 'No line fits.' : 'There is no line from here on.';
  return `${none} Lines appear when they are sealed, two seconds after what they record.`;
}

/** The service looks at so many lines at a time: a page may be short before the end of the trail. */
function SearchOn({ found: { nextCursor, searchedTo } }: { readonly found: FoundLines }) {
  if (nextCursor === null) return null;
  return (
    <nav className="actions" aria-label="Pages">
      <span role="status">
        Searched to {searchedTo === null ? 'here' : <Time at={searchedTo} />}. There are more lines.
      </span>
      <Link to="." search={(search) => ({ ...search, cursor: nextCursor })} className="button button-primary">
        Search on
      </Link>
    </nav>
  );
}

/** What the newest checkpoint says: where the end is, and whether the trail only grew. */
function Checkpoint({ isFiltered }: { readonly isFiltered: boolean }) {
  const checkpoint = useQuery({ queryKey: ['audit-judged-checkpoint'], queryFn: readJudgedCheckpoint });
  if (checkpoint.data === undefined) return null;
  const { head, growth } = checkpoint.data;
  const cursor = String(Math.max(0, head.treeSize - NEWEST));
  return (
    <>
      <GrowthAlarm growth={growth} />
      {!isFiltered && (
        <p>
          Lines are listed oldest first.{' '}
          <Link to="/audit" search={{ cursor }}>
            Go to the newest
          </Link>
        </p>
      )}
    </>
  );
}
