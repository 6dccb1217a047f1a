import { Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { earlierOf, movedPercent, ownWords, type KeyKind, type Need } from './words.js';

/** How far values have moved away from earlier generations, as bars and in numbers. */
export function KeyMigration({ kind }: { readonly kind: KeyKind }) {
  const needs = earlierOf(kind).flatMap(({ key, neededBy }) => neededBy.map((need) => ({ key, need })));
  if (needs.length === 0) return null;
  return (
    <Section title="What has moved on">
      {needs.map(({ key, need }) => (
        <Bar key={`${key} ${need.what}`} label={key} need={need} />
      ))}
    </Section>
  );
}

/** The beginning of a sentence. */
function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function Bar({ label, need }: { readonly label: string; readonly need: Need }) {
  const moved = movedPercent(need);
  return (
    <div>
      <label className="field">
        <span>
          {capital(need.what)} that no longer need {label}: {need.exact ? '' : 'about '}
          {moved} % of the installation
        </span>
        <progress max={100} value={moved} />
      </label>
      <p className="muted">
        {moved === 100 && 'None was found that needs it. '}
        {ownWords(need, formatNumber)}.{' '}
        {!need.exact && (
          <>
            An estimate from a sample; <code>pinctl keys list</code> counts every one.
          </>
        )}
      </p>
    </div>
  );
}
