import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { Fact, Facts, Section } from '../../components/facts.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { momentOf } from '../../search.js';
import { membersOf, type Member } from './line-members.js';

/** Everything in a line. It is made of the text that the proof is about, so that what is shown is what is proven. */
export function LineFacts({ entry }: { readonly entry: string }) {
  const { members, details } = membersOf(entry);
  const at = Date.parse(members.find(({ name }) => name === 'occurredAt')?.value ?? '');
  return (
    <>
      <Section title="What is in it">
        <Facts>
          {members.map((member) => (
            <Fact key={member.name} name={NAMES[member.name] ?? member.name}>
              <Value member={member} at={at} />
            </Fact>
          ))}
        </Facts>
      </Section>
      {details.length > 0 && (
        <Section title="Details">
          <Facts>
            {details.map(({ name, value }) => (
              <Fact key={name} name={name}>
                <UntrustedText>{value}</UntrustedText>
              </Fact>
            ))}
          </Facts>
        </Section>
      )}
    </>
  );
}

interface ValueProps {
  readonly member: Member;
  /** When it happened, milliseconds. */
  readonly at: number;
}

function Value({ member: { name, value }, at }: ValueProps) {
  const mayOpenCards = useMay('ops:read');
  if (name === 'occurredAt')
    return (
      <>
        <Time at={value} />{' '}
        <span className="muted">
          (<UntrustedText>{value}</UntrustedText>)
        </span>
      </>
    );
  if (name === 'cardId')
    return (
      <>
        {mayOpenCards ? (
          <Link to="/cards/$cardId" params={{ cardId: value }}>
            <Id>{value}</Id>
          </Link>
        ) : (
          <Id>{value}</Id>
        )}{' '}
        <Link to="/audit" search={{ card_id: value }}>
          All lines of this card
        </Link>
      </>
    );
  if (name === 'requestId' && !Number.isNaN(at))
    return (
      <>
        <UntrustedText>{value}</UntrustedText>{' '}
        <Link to="/audit" search={around(value, at)}>
          All lines of this request
        </Link>
      </>
    );
  return <UntrustedText>{value}</UntrustedText>;
}

const HOUR_MS = 3_600_000;

/** Request ids have no index: the time bounds what is looked at. */
function around(requestId: string, at: number) {
  return { request_id: requestId, from: momentOf(at - HOUR_MS), to: momentOf(at + HOUR_MS) };
}

/** Members in words; others appear under the name that the trail gives them. */
const NAMES: Readonly<Record<string, string>> = {
  auditId: 'Audit id',
  occurredAt: 'Time',
  tenantId: 'Tenant',
  clientId: 'Client',
  subject: 'Person or program',
  sourceAddress: 'Source address',
  requestId: 'Request id',
  action: 'Action',
  phase: 'Phase',
  result: 'Result',
  cardId: 'Card',
  maskedPan: 'Card number',
  eventNo: 'Event number of the card',
  evaluationId: 'Evaluation',
};
