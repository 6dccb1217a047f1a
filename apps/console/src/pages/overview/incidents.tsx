import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { Badge } from '../../components/facts.js';
import { inWords } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { STATE_TONES, STATE_WORDS } from '../incidents/words.js';

/** States of an incident that has not ended. */
const UNDER_WAY: ReadonlySet<string> = new Set(['searching', 'previewed', 'running']);

/** Incidents that somebody works on; of the newest fifty, since at most ten are open at once. */
export function Incidents() {
  const query = useQuery({
    queryKey: ['incidents', {}],
    queryFn: ({ signal }) => answered(api.GET('/v1/admin/incidents', { signal })),
    select: ({ items }) => items.filter(({ state }) => UNDER_WAY.has(state)),
  });
  return (
    <Loaded query={query}>
      {(incidents) =>
        incidents.length === 0 ? (
          <Empty>No incident is under way.</Empty>
        ) : (
          <ul className="entries">
            {incidents.map(({ incidentId, state, reason, openedBy, openedAt, waitsFor }) => (
              <li key={incidentId}>
                <strong>
                  <Link to="/incidents/$incidentId" params={{ incidentId }}>
                    <UntrustedText>{reason}</UntrustedText>
                  </Link>
                </strong>
                <span>
                  <Badge tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Badge>
                  {waitsFor !== undefined && <> held up: {inWords(waitsFor)}</>}
                </span>
                <span className="muted">
                  by <UntrustedText>{openedBy}</UntrustedText>, <Time at={openedAt} style="short" />
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
