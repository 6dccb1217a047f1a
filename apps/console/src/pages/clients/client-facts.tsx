import type { Schemas } from '../../api/client.js';
import { Badge, Fact, Facts, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { scopeWords } from './scope-words.js';

/** What is agreed with a client: rights, addresses, rate. */
export function ClientFacts({ client }: { readonly client: Schemas['Client'] }) {
  const { scopes, person, allowedAddresses, requestsPerMinute, createdAt, revokedAt } = client;
  return (
    <Section title="What it may do">
      {revokedAt !== undefined && (
        <p>
          <Badge tone="bad">revoked</Badge> <Time at={revokedAt} />. It gets no token, and its id is never
          used again.
        </p>
      )}
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>
            <code>{scope}</code> {scopeWords(scope)}
          </li>
        ))}
      </ul>
      <Facts>
        {person !== undefined && (
          <Fact name="Person">
            <UntrustedText>{person}</UntrustedText>
          </Fact>
        )}
        <Fact name="From addresses">
          {allowedAddresses.length === 0 ? (
            'all'
          ) : (
            <ul>
              {allowedAddresses.map((range) => (
                <li key={range}>
                  <UntrustedText>{range}</UntrustedText>
                </li>
              ))}
            </ul>
          )}
        </Fact>
        <Fact name="Requests a minute">
          {requestsPerMinute === undefined ? 'as the service has it' : formatNumber(requestsPerMinute)}
        </Fact>
        <Fact name="Made">
          <Time at={createdAt} />
        </Fact>
      </Facts>
    </Section>
  );
}
