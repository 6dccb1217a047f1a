import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section, type Tone } from '../../components/facts.js';
import { SelectField } from '../../components/field.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { ProblemBox } from '../../components/problem-box.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { STATUSES } from './search.js';

type Delivery = Schemas['Delivery'];

const route = getRouteApi('/inside/webhooks/$endpointId');

/** What was sent to an endpoint, and what it answered. */
export function Deliveries({ endpointId }: { readonly endpointId: string }) {
  const { status, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    queryKey: ['deliveries', endpointId, status, cursor],
    queryFn: () =>
      answered(
        api.GET('/v1/webhook-endpoints/{endpointId}/deliveries', {
          params: { path: { endpointId }, query: given({ status, cursor }) },
        }),
      ),
  });
  const redeliver = useIntention(`redeliver:${endpointId}`, (deliveryId: string, requestId) =>
    answered(
      api.POST('/v1/webhook-endpoints/{endpointId}/deliveries/{deliveryId}/redeliver', {
        params: { path: { endpointId, deliveryId } },
        body: {},
        ...under(requestId),
      }),
    ),
  );
  return (
    <Section
      title="Deliveries"
      actions={
        <Button busy={query.isFetching} onClick={() => void query.refetch()}>
          Look again
        </Button>
      }
    >
      <div className="filters">
        <SelectField
          label="Status"
          value={status ?? ''}
          options={[['', 'all'], ...STATUSES.map((name) => [name, name] as const)]}
          onChange={(event) => {
            const chosen = STATUSES.find((name) => name === event.target.value);
            void navigate({ search: given({ status: chosen }) });
          }}
        />
      </div>
      {redeliver.problem !== null && <ProblemBox problem={redeliver.problem} />}
      <p role="status">{redeliver.output !== undefined && 'It is on its way again.'}</p>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>There is no such delivery.</Empty>
            ) : (
              <DataTable
                caption="Deliveries"
                rows={items}
                keyOf={({ deliveryId }) => deliveryId}
                columns={[
                  { head: 'Event', cell: ({ type }) => <code>{type}</code> },
                  { head: 'Status', cell: ({ status: is }) => <Badge tone={TONES[is]}>{is}</Badge> },
                  { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} style="short" /> },
                  { head: 'Attempts', numeric: true, cell: ({ attempts }) => attempts },
                  { head: 'Last answer', cell: (delivery) => <Answer delivery={delivery} /> },
                  {
                    head: 'Action',
                    cell: (delivery) =>
                      mayBeRepeated(delivery) && (
                        <Button busy={redeliver.running} onClick={() => redeliver.run(delivery.deliveryId)}>
                          Send again
                        </Button>
                      ),
                  },
                ]}
              />
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

const TONES: Readonly<Record<Delivery['status'], Tone>> = {
  pending: 'plain',
  delivered: 'good',
  dead: 'bad',
  expired: 'warning',
  cancelled: 'plain',
};

/** What is under way is not sent again, and a code never is. */
function mayBeRepeated({ status, type }: Delivery): boolean {
  return status !== 'pending' && type !== 'otp.issued';
}

/** A status of HTTP, or why there was none; a receiver's words are not kept. */
function Answer({ delivery: { lastOutcome, lastAttemptAt } }: { readonly delivery: Delivery }) {
  if (lastOutcome === undefined) return <span className="muted">not tried yet</span>;
  return (
    <>
      <UntrustedText>{lastOutcome}</UntrustedText>
      {lastAttemptAt !== undefined && (
        <>
          , <Time at={lastAttemptAt} style="short" />
        </>
      )}
    </>
  );
}
