import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { DataTable } from '../../components/data-table.js';
import { Badge } from '../../components/facts.js';
import { SelectField } from '../../components/field.js';
import { formatNumber, formatSpan } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Pager } from '../../components/pager.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { given } from '../../search.js';
import { pauseOf } from './pause-of.js';
import { ALARM_STATES } from './search.js';
import { ALARM_WORDS } from './words.js';

const route = getRouteApi('/inside/incidents');

/** Who has far more wrong PINs, locks or refusals than usual, and who is paused for it. */
export function AlarmList() {
  const { alarm_state: state, cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const alarms = useQuery({
    queryKey: ['alarms', state, cursor],
    queryFn: () => answered(api.GET('/v1/admin/alarms', { params: { query: given({ state, cursor }) } })),
  });
  const brakes = useQuery({
    queryKey: ['brakes'],
    queryFn: () => answered(api.GET('/v1/admin/brakes')),
  });
  const pulled = brakes.data?.items ?? [];
  return (
    <>
      <p>
        An alarm says that somebody may be guessing, or that a release is bad. It ends by itself; a client
        that it has paused stays paused until an operator releases the brake.
      </p>
      <div className="filters">
        <SelectField
          label="State"
          value={state ?? ''}
          options={[
            ['', 'all'],
            ['open', 'open'],
            ['ended', 'ended'],
          ]}
          onChange={(event) => {
            const chosen = ALARM_STATES.find((name) => name === event.target.value);
            void navigate({ search: { view: 'alarms', ...given({ alarm_state: chosen }) } });
          }}
        />
      </div>
      <Loaded query={alarms}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <Empty>
                {state === 'open' ? 'No alarm is open.' : 'There was no alarm in the last 90 days.'}
              </Empty>
            ) : (
              <DataTable
                caption="Alarms, newest first"
                rows={items}
                keyOf={({ alarmId }) => alarmId}
                columns={[
                  { head: 'Client', cell: (alarm) => <Whose alarm={alarm} /> },
                  { head: 'What is unusual', cell: ({ kind }) => ALARM_WORDS[kind] },
                  { head: 'How many', cell: (alarm) => <HowMany alarm={alarm} /> },
                  { head: 'Raised', cell: ({ raisedAt }) => <Time at={raisedAt} style="short" /> },
                  { head: 'State', cell: (alarm) => <State alarm={alarm} /> },
                  { head: 'Paused', cell: (alarm) => <Paused alarm={alarm} brakes={pulled} /> },
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

function Whose({ alarm: { clientId } }: { readonly alarm: Schemas['Alarm'] }) {
  return clientId === undefined ? <>all clients of the tenant</> : <UntrustedText>{clientId}</UntrustedText>;
}

function HowMany({ alarm }: { readonly alarm: Schemas['Alarm'] }) {
  const { count, windowSeconds, usual, limit } = alarm;
  return (
    <>
      {formatNumber(count)} in {formatSpan(windowSeconds * 1000)}; usual {formatNumber(usual)}, limit{' '}
      {formatNumber(limit)}
    </>
  );
}

function State({ alarm: { endedAt } }: { readonly alarm: Schemas['Alarm'] }) {
  if (endedAt === undefined) return <Badge tone="bad">open</Badge>;
  return (
    <>
      <Badge>ended</Badge> <Time at={endedAt} style="short" />
    </>
  );
}

interface PausedProps {
  readonly alarm: Schemas['Alarm'];
  readonly brakes: readonly Schemas['Brake'][];
}

function Paused({ alarm, brakes }: PausedProps) {
  const { brake, was } = pauseOf(alarm, brakes);
  if (brake === null) return <span className="muted">{was ? 'was paused, is released' : 'no'}</span>;
  return (
    <>
      <Badge tone="warning">paused</Badge> since <Time at={brake.pulledAt} style="short" />:{' '}
      <UntrustedText>{brake.reason}</UntrustedText>{' '}
      <Link to="/incidents" search={{ view: 'brakes' }}>
        Brakes
      </Link>
    </>
  );
}
