import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { SelectField } from '../../components/field.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { PageHead } from '../../components/page-head.js';
import { Pager } from '../../components/pager.js';
import { APPROVAL_SCOPES } from '../../layout/sections.js';
import { STATUS_WORDS } from './approval-badge.js';
import { ApprovalTable } from './approval-table.js';
import { approvalsQuery, STATUSES, type ApprovalsSearch } from './search.js';

const route = getRouteApi('/inside/approvals');

const OPTIONS = [
  ...STATUSES.map((status) => [status, STATUS_WORDS[status]] as const),
  ['any', 'Any'] as const,
];

/** What waits for a second person, and what became of it. */
export function ApprovalsPage() {
  const search = route.useSearch();
  const may = useMay(...APPROVAL_SCOPES);
  return (
    <>
      <PageHead title="Approvals" />
      {may ? <Approvals search={search} /> : <MissingScope what="Deciding" scopes={APPROVAL_SCOPES} />}
    </>
  );
}

function Approvals({ search }: { readonly search: ApprovalsSearch }) {
  const navigate = useNavigate();
  const status = search.status ?? 'pending';
  const query = useQuery({
    queryKey: ['approvals', approvalsQuery(search)],
    queryFn: ({ signal }) =>
      answered(api.GET('/v1/admin/approvals', { params: { query: approvalsQuery(search) }, signal })),
    placeholderData: keepPreviousData,
  });
  const choose = (next: string) => {
    void navigate({ to: '/approvals', search: { status: next as NonNullable<ApprovalsSearch['status']> } });
  };
  return (
    <>
      <div className="filters">
        <SelectField
          label="State"
          options={OPTIONS}
          value={status}
          onChange={(event) => choose(event.target.value)}
        />
      </div>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {status === 'pending'
                  ? 'Nothing waits for a decision that your rights are about.'
                  : 'There is no such request that your rights are about.'}
              </Empty>
            ) : (
              <ApprovalTable approvals={items} caption="Requests that take two persons" />
            )}
            <Pager cursor={search.cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </>
  );
}
