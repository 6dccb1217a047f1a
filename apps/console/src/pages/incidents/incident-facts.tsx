import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { Badge, Fact, Facts, Notice, Section } from '../../components/facts.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { STATE_SENTENCES, STATE_TONES, STATE_WORDS, WAITS_FOR_WORDS } from './words.js';

/** Why it was opened, by whom, and what it looks for. */
export function IncidentFacts({ incident }: { readonly incident: Schemas['Incident'] }) {
  const { state, filter, waitsFor } = incident;
  return (
    <Section title="What it is about">
      <p>
        <Badge tone={STATE_TONES[state]}>{STATE_WORDS[state]}</Badge> {STATE_SENTENCES[state]}
      </p>
      {waitsFor !== undefined && <Notice tone="warning">{WAITS_FOR_WORDS[waitsFor]}</Notice>}
      <Facts>
        <Fact name="Wrong tries">
          <Time at={filter.triedFrom} /> until <Time at={filter.triedTo} />
        </Fact>
        {filter.clientId !== undefined && (
          <Fact name="Client">
            <UntrustedText>{filter.clientId}</UntrustedText>
          </Fact>
        )}
        {filter.sourceAddresses !== undefined && (
          <Fact name="From addresses">
            <UntrustedText>{filter.sourceAddresses.join(', ')}</UntrustedText>
          </Fact>
        )}
        {(filter.lockedFrom !== undefined || filter.lockedTo !== undefined) && (
          <Fact name="Only cards locked">
            {filter.lockedFrom !== undefined && (
              <>
                from <Time at={filter.lockedFrom} />{' '}
              </>
            )}
            {filter.lockedTo !== undefined && (
              <>
                until <Time at={filter.lockedTo} />
              </>
            )}
          </Fact>
        )}
        <Person name="Opened by" who={incident.openedBy} at={incident.openedAt} />
        {state === 'previewed' && (
          <Fact name="Ends without a decision">
            <Time at={incident.expiresAt} />
          </Fact>
        )}
        <Person name="Restoration asked for by" who={incident.requestedBy} />
        <Person name="Approved by" who={incident.approvedBy} at={incident.startedAt} />
        {incident.approvalId !== undefined && (
          <Fact name="Approval">
            <Link to="/approvals/$approvalId" params={{ approvalId: incident.approvalId }}>
              <Id>{incident.approvalId}</Id>
            </Link>
          </Fact>
        )}
        {incident.approvedBy === undefined && incident.startedAt !== undefined && (
          <Fact name="Started">
            <Time at={incident.startedAt} />
          </Fact>
        )}
        {incident.endedAt !== undefined && (
          <Fact name="Ended">
            <Time at={incident.endedAt} />
          </Fact>
        )}
        <Person name="Ended by" who={incident.endedBy} />
        {incident.endReason !== undefined && (
          <Fact name="Reason of the end">
            <UntrustedText>{incident.endReason}</UntrustedText>
          </Fact>
        )}
        {incident.cardsHash !== undefined && (
          <Fact name="Hash of the preview">
            <Id>{incident.cardsHash}</Id>
          </Fact>
        )}
        <Fact name="Incident">
          <Id>{incident.incidentId}</Id>
        </Fact>
      </Facts>
    </Section>
  );
}

interface PersonProps {
  readonly name: string;
  readonly who: string | undefined;
  readonly at?: string | undefined;
}

function Person({ name, who, at }: PersonProps) {
  if (who === undefined) return null;
  return (
    <Fact name={name}>
      <UntrustedText>{who}</UntrustedText>
      {at !== undefined && (
        <>
          , <Time at={at} />
        </>
      )}
    </Fact>
  );
}
