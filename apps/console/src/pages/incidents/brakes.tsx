import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section } from '../../components/facts.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { MissingScope } from '../../components/missing-scope.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { BRAKE_KINDS } from './brake-words.js';
import { PullBrake } from './pull-brake.js';
import { ReleaseBrake } from './release-brake.js';

const route = getRouteApi('/inside/incidents');

/** What operators, or an alarm, have stopped until somebody releases it. */
export function Brakes() {
  const mayPull = useMay('ops:brakes');
  const { brake: releasing } = route.useSearch();
  const navigate = route.useNavigate();
  const release = (brake?: string) => void navigate({ search: { view: 'brakes', ...given({ brake }) } });
  const query = useQuery({
    queryKey: ['brakes'],
    queryFn: () => answered(api.GET('/v1/admin/brakes')),
  });
  return (
    <>
      <Loaded query={query}>
        {({ items }) => (
          <Section title="What is stopped">
            {items.length === 0 ? (
              <Empty>Nothing is stopped.</Empty>
            ) : (
              <DataTable
                caption="Brakes that are pulled, oldest first"
                rows={items}
                keyOf={({ brakeId }) => brakeId}
                columns={[
                  { head: 'What', cell: (brake) => <What brake={brake} /> },
                  { head: 'Why', cell: ({ reason }) => <UntrustedText>{reason}</UntrustedText> },
                  { head: 'By', cell: (brake) => <By brake={brake} /> },
                  { head: 'Since', cell: ({ pulledAt }) => <Time at={pulledAt} style="short" /> },
                  {
                    head: 'Action',
                    cell: ({ brakeId, allTenants }) =>
                      allTenants ? (
                        <span className="muted">released on the command line</span>
                      ) : (
                        mayPull && <Button onClick={() => release(brakeId)}>Release…</Button>
                      ),
                  },
                ]}
              />
            )}
            {items
              .filter(({ brakeId }) => brakeId === releasing)
              .map((brake) => (
                <ReleaseBrake key={brake.brakeId} brake={brake} onClose={() => release()} />
              ))}
          </Section>
        )}
      </Loaded>
      {mayPull ? <PullBrake /> : <MissingScope what="Pulling or releasing a brake" scopes={['ops:brakes']} />}
    </>
  );
}

function What({ brake: { kind, target, allTenants } }: { readonly brake: Schemas['Brake'] }) {
  return (
    <>
      {BRAKE_KINDS[kind].word}
      {kind !== 'everything' && (
        <>
          : <UntrustedText>{target}</UntrustedText>
        </>
      )}
      {allTenants && (
        <>
          {' '}
          <Badge tone="warning">all tenants</Badge>
        </>
      )}
    </>
  );
}

function By({ brake: { pulledBy, pulledThrough } }: { readonly brake: Schemas['Brake'] }) {
  return (
    <>
      <UntrustedText>{pulledBy}</UntrustedText>
      {pulledThrough !== pulledBy && (
        <>
          {' '}
          through <UntrustedText>{pulledThrough}</UntrustedText>
        </>
      )}
    </>
  );
}
