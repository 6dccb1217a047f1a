import { getRouteApi } from '@tanstack/react-router';
import { answered, api, type Schemas } from '../../api/client.js';
import { Fact, Facts, Notice, Section } from '../../components/facts.js';
import { Loaded } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { ViewLinks } from '../../components/view-links.js';
import { HourChart } from './hour-chart.js';
import { countInWords, totalOf, type Point } from './hours.js';
import { SPANS } from './search.js';
import { useKept } from './use-kept.js';

type Kind = keyof Schemas['ActivityCounts'];

const CHARTS: readonly (readonly [kind: Kind, title: string])[] = [
  ['wrongPins', 'Wrong PINs'],
  ['locks', 'Cards locked'],
  ['otpRefusals', 'One-time passwords refused'],
];
const NUMBERS: readonly (readonly [kind: Kind, title: string])[] = [
  ['validations', 'PINs validated'],
  ['unlocks', 'Cards unlocked'],
  ['otpIssued', 'One-time passwords issued'],
  ['refusedCalls', 'Calls refused'],
];
const SPAN_WORDS: Readonly<Record<(typeof SPANS)[number], string>> = {
  '24': '24 hours',
  '72': '3 days',
  '168': '7 days',
};

const route = getRouteApi('/inside/');

/** What happened in the last hours. The address says how many. */
export function Activity() {
  const { hours = '24' } = route.useSearch();
  const params = { query: { hours: Number(hours) } };
  const query = useKept(['activity', params.query], (options) =>
    answered(api.GET('/v1/admin/activity', { params, ...options })),
  );
  const views = SPANS.map((span) => ({
    word: SPAN_WORDS[span],
    link: { to: '/', search: span === '24' ? {} : { hours: span } } as const,
    current: span === hours,
  }));
  return (
    <Section title="What happened" actions={<ViewLinks label="How many hours" views={views} />}>
      <Loaded query={query}>
        {({ items, countedTo }) => (
          <>
            <div className="charts">
              {CHARTS.map(([kind, title]) => (
                <HourChart key={kind} title={title} points={pointsOf(items, kind)} />
              ))}
            </div>
            <Facts>
              {NUMBERS.map(([kind, title]) => (
                <Fact key={kind} name={title}>
                  {countInWords(totalOf(pointsOf(items, kind)))}
                </Fact>
              ))}
            </Facts>
            <Reach items={items} countedTo={countedTo} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

type Items = Schemas['Activity']['items'];

function pointsOf(items: Items, kind: Kind): readonly Point[] {
  return items.map(({ hour, counts }) => ({ hour, count: counts === null ? null : counts[kind] }));
}

/** Hours that were not counted are told, not passed over. */
function Reach({ items, countedTo }: { readonly items: Items; readonly countedTo: string | null }) {
  const missing = items.filter(({ counts }) => counts === null).length;
  return (
    <>
      {missing > 0 && (
        <Notice>
          Counted: {missing === items.length ? 'none' : items.length - missing} of these {items.length} hours.
          What happened in the others is in the audit trail.
        </Notice>
      )}
      {countedTo !== null && (
        <p className="muted">
          Counted from the sealed audit trail, up to <Time at={countedTo} style="time" />. Hours begin in UTC.
        </p>
      )}
    </>
  );
}
