import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Badge } from '../../components/facts.js';
import { SelectField } from '../../components/field.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { STATES } from './search.js';
import { STATE_TONES, STATE_WORDS } from './words.js';

const route = getRouteApi('/inside/incidents');

export function IncidentList() {
  const { state, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    queryKey: ['incidents', state, cursor],
    queryFn: () => answered(api.GET('/v1/admin/incidents', { params: { query: given({ state, cursor }) } })),
  });
  return (
    <>
      <div className="filters">
        <SelectField
          label="State"
          value={state ?? ''}
          options={[['', 'all'], ...STATES.map((name) => [name, STATE_WORDS[name]] as const)]}
          onChange={(event) => {
            const chosen = STATES.find((name) => name === event.target.value);
            void navigate({ search: given({ state: chosen }) });
          }}
        />
      </div>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {state === undefined
                  ? 'There was no incident yet.'
                  : `No incident is in this state: ${STATE_WORDS[state]}.`}
              </Empty>
            ) : (
              <DataTable
                caption="Incidents, newest first"
                rows={items}
                keyOf={({ incidentId }) => incidentId}
                linkOf={({ incidentId }) => ({ to: '/incidents/$incidentId', params: { incidentId } })}
                columns={[
                  { head: 'Reason', cell: ({ reason }) => <UntrustedText>{reason}</UntrustedText> },
                  {
                    head: 'State',
                    cell: ({ state: is }) => <Badge tone={STATE_TONES[is]}>{STATE_WORDS[is]}</Badge>,
                  },
                  { head: 'Opened', cell: ({ openedAt }) => <Time at={openedAt} style="short" /> },
                  { head: 'By', cell: ({ openedBy }) => <UntrustedText>{openedBy}</UntrustedText> },
                  {
                    head: 'Client',
                    cell: ({ filter }) =>
                      filter.clientId === undefined ? (
                        <span className="muted">any</span>
                      ) : (
                        <UntrustedText>{filter.clientId}</UntrustedText>
                      ),
                  },
                ]}
              />
            )}
            <Pager cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
    </>
  );
}
