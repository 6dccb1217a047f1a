import { Section } from '../../components/facts.js';
import { Empty } from '../../components/loaded.js';
import { Time } from '../../components/time.js';
import { stepWords, type KeyKind } from './words.js';

/** What is next, each with the command that does it. */
export function KeySteps({ kind }: { readonly kind: KeyKind }) {
  return (
    <Section title="What is next">
      {kind.steps.length === 0 ? (
        <Empty>Nothing before the next rotation.</Empty>
      ) : (
        <ol className="values">
          {kind.steps.map((step) => (
            <li key={`${step.what} ${step.key}`}>
              {stepWords(step, kind)} {step.until !== undefined && <Time at={step.until} />}
              {step.command !== undefined && <code className="command">{step.command}</code>}
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
