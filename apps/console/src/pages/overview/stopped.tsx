import { Link } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { formatNumber, formatSpan, inWords } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { useKept } from './use-kept.js';

/** What is stopped until somebody lets it go. */
export function Brakes() {
  const query = useKept(['brakes'], (options) => answered(api.GET('/v1/admin/brakes', options)));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>Nothing is stopped.</Empty>
        ) : (
          <ul className="entries">
            {items.map((brake) => (
              <li key={brake.brakeId}>
                <strong>
                  <Stopped brake={brake} />
                </strong>
                <span className="muted">
                  by <UntrustedText>{brake.pulledBy}</UntrustedText>,{' '}
                  <Time at={brake.pulledAt} style="short" />
                </span>
                <UntrustedText>{brake.reason}</UntrustedText>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Stopped({ brake: { kind, target, allTenants } }: { readonly brake: Schemas['Brake'] }) {
  const where = allTenants ? ' of all tenants' : '';
  switch (kind) {
    case 'everything':
      return `Everything${where}`;
    case 'operation':
      return (
        <>
          Operation <UntrustedText>{target}</UntrustedText>
          {where}
        </>
      );
    case 'card':
      return (
        <>
          Card{' '}
          <Link to="/cards/$cardId" params={{ cardId: target }}>
            <UntrustedText>{target}</UntrustedText>
          </Link>
        </>
      );
    case 'client':
      return (
        <>
          Client <UntrustedText>{target}</UntrustedText>
        </>
      );
    case 'client-pins':
      return (
        <>
          PIN calls of the client <UntrustedText>{target}</UntrustedText>
        </>
      );
  }
}

/** Guessing that goes on. */
export function Alarms() {
  const query = useKept(['alarms', { state: 'open' }], (options) =>
    answered(api.GET('/v1/admin/alarms', { params: { query: { state: 'open' } }, ...options })),
  );
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty>No alarm is open.</Empty>
        ) : (
          <ul className="entries">
            {items.map((alarm) => (
              <li key={alarm.alarmId}>
                <strong>
                  {inWords(alarm.kind)}
                  {alarm.clientId === undefined ? (
                    ', all clients together'
                  ) : (
                    <>
                      , client <UntrustedText>{alarm.clientId}</UntrustedText>
                    </>
                  )}
                </strong>
                <span>
                  {formatNumber(alarm.count)} within {formatSpan(alarm.windowSeconds * 1000)}; usual are{' '}
                  {formatNumber(alarm.usual)}
                </span>
                <span className="muted">
                  since <Time at={alarm.since} style="short" />
                  {alarm.brakeId !== undefined && ', with a pause'}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
