import { Badge, Fact, Facts } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { addressEntries, entriesOf, type Agreement, type Entry } from './agreement.js';
import { scopeWords } from './scope-words.js';

/** All that is agreed with a client, before and after a change. Words say what changes; colours only repeat it. */
export function Difference({ before, after }: { readonly before: Agreement; readonly after: Agreement }) {
  return (
    <Facts>
      <Fact name="What it may do">
        <Entries
          entries={entriesOf(before.scopes, after.scopes)}
          words={(scope) => (scopeWords(scope) === scope ? '' : scopeWords(scope))}
        />
      </Fact>
      <Fact name="From addresses">
        {before.allowedAddresses.length === 0 && after.allowedAddresses.length > 0 && (
          <p>
            Before, all addresses <Badge>removed</Badge>
          </p>
        )}
        {after.allowedAddresses.length === 0 && (
          <p>All addresses {before.allowedAddresses.length > 0 && <Badge tone="warning">added</Badge>}</p>
        )}
        <Entries entries={addressEntries(before.allowedAddresses, after.allowedAddresses)} />
      </Fact>
      <Fact name="Requests a minute">
        {before.requestsPerMinute === after.requestsPerMinute ? (
          rateWords(after.requestsPerMinute)
        ) : (
          <>
            Before, {rateWords(before.requestsPerMinute)}; from now on{' '}
            <strong>{rateWords(after.requestsPerMinute)}</strong>
          </>
        )}
      </Fact>
    </Facts>
  );
}

interface EntriesProps {
  readonly entries: readonly Entry[];
  readonly words?: (value: string) => string;
}

function Entries({ entries, words = () => '' }: EntriesProps) {
  if (entries.length === 0) return null;
  return (
    <ul className="values">
      {entries.map(({ value, state }) => (
        <li key={value}>
          <code>
            <UntrustedText>{value}</UntrustedText>
          </code>{' '}
          {words(value)} {state === 'added' && <Badge tone="warning">added</Badge>}
          {(state === 'removed' || state === 'narrower') && <Badge>{state}</Badge>}
        </li>
      ))}
    </ul>
  );
}

function rateWords(rate: number | null): string {
  return rate === null ? 'as the service has it' : formatNumber(rate);
}
