import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { formatNumber } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { LineFacts } from './line-facts.js';
import { LineProof } from './line-proof.js';
import { readLine } from './read-line.js';

const route = getRouteApi('/inside/audit/$leafIndex');

/** One line of the trail: all that is in it, and the proof that it is in the trail. */
export function AuditLinePage() {
  const { leafIndex: typed } = route.useParams();
  const isPlace = /^(?:0|[1-9]\d{0,14})$/.test(typed);
  const leafIndex = isPlace ? Number(typed) : 0;
  const mayRead = useMay('audit:read');
  const query = useQuery({
    queryKey: ['audit-line', leafIndex],
    queryFn: () => readLine(leafIndex),
    enabled: isPlace && mayRead,
    // A line does not change, and its proof holds for ever.
    staleTime: Infinity,
  });
  return (
    <>
      <PageHead title={isPlace ? `Line ${formatNumber(leafIndex)} of the audit trail` : 'Audit trail'} />
      <p>
        <Link to="/audit" search={{ cursor: String(Math.max(0, leafIndex - 20)) }}>
          Lines around it
        </Link>
      </p>
      {!mayRead && <MissingScope what="Reading the audit trail" scopes={['audit:read']} />}
      {mayRead && isPlace && (
        <Loaded query={query}>
          {(read) => (
            <>
              <LineFacts entry={read.line.entry} />
              <LineProof read={read} />
            </>
          )}
        </Loaded>
      )}
      {mayRead && !isPlace && <Empty>There is no such line: its place is a whole number.</Empty>}
    </>
  );
}
