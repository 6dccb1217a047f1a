import { useQuery } from '@tanstack/react-query';
import { answered, api, type Schemas } from '../../api/client.js';
import { Badge, Section } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { CHECK_NAMES, CheckFacts, reasonInWords } from './check-words.js';
import { DueList } from './due-list.js';
import { StateShape, STATE_TONES, STATE_WORDS } from './state-shape.js';
import { useKept } from './use-kept.js';

const LOOKED_AT_EVERY_MS = 15_000;
const ASKED = { params: { query: { dueWithinDays: 30 } } };
const QUERY_KEY = ['soundness', ASKED.params.query];

/** Whether everything is sound, part by part. */
export function Soundness() {
  const query = useKept(
    QUERY_KEY,
    (options) => answered(api.GET('/v1/admin/soundness', { ...ASKED, ...options })),
    LOOKED_AT_EVERY_MS,
  );
  return (
    <Section title="State of the service">
      <Loaded query={query}>
        {({ status, checkedAt, checks }) => (
          <>
            <div className="verdict">
              <StateShape state={status} />
              <p>
                <strong>{VERDICTS[status]}</strong>{' '}
                <span className="muted">
                  Looked at <Time at={checkedAt} style="time" />
                </span>
              </p>
            </div>
            <ul className="checks">
              {checks.map((check) => (
                <Check key={check.name} check={check} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Section>
  );
}

/** What must be replaced soon: of the same answer, which is kept up to date there. */
export function ToBeReplaced() {
  const query = useQuery({
    queryKey: QUERY_KEY,
    queryFn: ({ signal }) => answered(api.GET('/v1/admin/soundness', { ...ASKED, signal })),
  });
  return (
    <Section title="To be replaced">
      <Loaded query={query}>{({ due }) => <DueList due={due} />}</Loaded>
    </Section>
  );
}

const VERDICTS: Readonly<Record<Schemas['Soundness']['status'], string>> = {
  sound: 'Everything is sound.',
  degraded: 'PINs are served, but something needs attention.',
  unsound: 'Something is broken: PIN operations fail, or are about to.',
};

function Check({ check }: { readonly check: Schemas['SoundnessCheck'] }) {
  const { name, state, reasons, since } = check;
  return (
    <li>
      <StateShape state={state} />
      <div>
        <p>
          <strong>{CHECK_NAMES[name]}</strong> <Badge tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Badge>
        </p>
        {reasons.length > 0 && (
          <p>
            {reasons.map((reason) => reasonInWords(reason)).join(' ')}
            {since !== undefined && (
              <>
                {' '}
                Since <Time at={since} style="short" />.
              </>
            )}
          </p>
        )}
        <CheckFacts check={check} />
      </div>
    </li>
  );
}
