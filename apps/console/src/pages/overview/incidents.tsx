import { Link } from '@tanstack/react-router';
import { answered, api } from '../../api/client.js';
import { Badge } from '../../components/facts.js';
import { inWords } from '../../components/format.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { STATE_TONES, STATE_WORDS } from '../incidents/words.js';
import { useKept } from './use-kept.js';

/** States of an incident that has not ended. */
const UNDER_WAY: ReadonlySet<string> = new Set(['searching', 'previewed', 'running']);

const isUnderWay = ({ state }: { readonly state: string }) => UNDER_WAY.has(state);

/** Incidents that somebody works on; of the newest fifty, since at most ten are open at once. */
export function Incidents() {
  const query = useKept(['incidents', {}], (options) => answered(api.GET('/v1/admin/incidents', options)));
  return (
    <Loaded query={query}>
      {({ items }) =>
        !items.some(isUnderWay) ? (
          <Empty>No incident is under way.</Empty>
        ) : (
          <ul className="entries">
            {items.filter(isUnderWay).map(({ incidentId, state, reason, openedBy, openedAt, waitsFor }) => (
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
