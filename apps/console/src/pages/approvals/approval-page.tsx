import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { Loaded } from '../../components/loaded.js';
import { PageHead } from '../../components/page-head.js';
import { Id } from '../../components/untrusted-text.js';
import { Decision } from './decision.js';
import { nameOfKind } from './kinds.js';
import { RequestInFull } from './request-in-full.js';
import { Collect } from './collect.js';

const route = getRouteApi('/inside/approvals/$approvalId');

/** One request: the whole of what would be done, and the decision on it. */
export function ApprovalPage() {
  const { approvalId } = route.useParams();
  return <Approval key={approvalId} approvalId={approvalId} />;
}

function Approval({ approvalId }: { readonly approvalId: string }) {
  const query = useQuery({
    queryKey: ['approval', approvalId],
    queryFn: ({ signal }) =>
      answered(api.GET('/v1/admin/approvals/{approvalId}', { params: { path: { approvalId } }, signal })),
  });
  return (
    <>
      <div>
        <PageHead title={query.data === undefined ? 'Approval' : nameOfKind(query.data.kind)} />
        <p className="muted">
          Approval <Id>{approvalId}</Id>
        </p>
      </div>
      <Loaded query={query}>
        {(approval) => (
          <>
            <RequestInFull approval={approval} />
            <Decision approval={approval} />
            <Collect approval={approval} />
          </>
        )}
      </Loaded>
    </>
  );
}
