import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { Fact, Facts, Section } from '../../components/facts.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { membersOf, type Member } from './line-members.js';

/** Everything in a line. It is made of the text that the proof is about, so that what is shown is what is proven. */
export function LineFacts({ entry }: { readonly entry: string }) {
  const { members, details } = membersOf(entry);
  return (
    <>
      <Section title="What is in it">
        <Facts>
          {members.map((member) => (
            <Fact key={member.name} name={NAMES[member.name] ?? member.name}>
              <Value member={member} />
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

function Value({ member: { name, value } }: { readonly member: Member }) {
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
  return <UntrustedText>{value}</UntrustedText>;
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
