import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { Fact, Facts, Section } from '../../components/facts.js';
import { Members } from '../../components/json-value.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { agreementsIn } from '../clients/agreement.js';
import { Difference } from '../clients/difference.js';
import { ApprovalBadge } from './approval-badge.js';

type Approval = Schemas['Approval'];

/** Who asks for what, and why. `request` is the whole of what will be carried out, so all of it is shown. */
export function RequestInFull({ approval }: { readonly approval: Approval }) {
  const { kind, status, reason, requestedBy, requestedThrough, requestedAt, expiresAt, cardId, request } =
    approval;
  return (
    <>
      <Section title="Request">
        <Facts>
          <Fact name="State">
            <ApprovalBadge status={status} />
          </Fact>
          <Fact name="Asked by">
            <UntrustedText>{requestedBy}</UntrustedText>
          </Fact>
          {requestedThrough !== undefined && (
            <Fact name="Through the client">
              <UntrustedText>{requestedThrough}</UntrustedText>
            </Fact>
          )}
          <Fact name="Asked">
            <Time at={requestedAt} />
          </Fact>
          <Fact name={status === 'pending' ? 'Lapses' : 'Would have lapsed'}>
            <Time at={expiresAt} />
          </Fact>
          <Decided approval={approval} />
          {reason !== undefined && (
            <Fact name="Reason">
              <UntrustedText>{reason}</UntrustedText>
            </Fact>
          )}
        </Facts>
      </Section>
      <Section title="What would be done">
        {cardId !== undefined && (
          <p>
            The card{' '}
            <Link to="/cards/$cardId" params={{ cardId }}>
              <Id>{cardId}</Id>
            </Link>{' '}
            is unlocked, if it is still the same lock.
          </p>
        )}
        {request !== undefined && <WhatIsAsked kind={kind} request={request} />}
        <Incident request={request} />
      </Section>
    </>
  );
}

type RequestProps = Pick<Approval, 'kind'> & { readonly request: NonNullable<Approval['request']> };

/** The members of the request; of a change, what is different by it. */
function WhatIsAsked({ kind, request }: RequestProps) {
  const change = kind === 'client-change' ? agreementsIn(request) : null;
  if (change === null) return <Members value={request} />;
  const { clientId, before, after } = change;
  const person = request['person'];
  return (
    <>
      <p>
        The client{' '}
        <Link to="/clients/$clientId" params={{ clientId }}>
          <UntrustedText>{clientId}</UntrustedText>
        </Link>
        {typeof person === 'string' && (
          <>
            {' '}
            of <UntrustedText>{person}</UntrustedText>
          </>
        )}{' '}
        is changed, if it is still as it was when this was asked for.
      </p>
      <Difference before={before} after={after} />
    </>
  );
}

function Decided({ approval: { decidedBy, decidedAt } }: { readonly approval: Approval }) {
  if (decidedBy === undefined || decidedAt === undefined) return null;
  return (
    <>
      <Fact name="Decided by">
        <UntrustedText>{decidedBy}</UntrustedText>
      </Fact>
      <Fact name="Decided">
        <Time at={decidedAt} />
      </Fact>
    </>
  );
}

/** A restoration is about an incident, which has a page. */
function Incident({ request }: { readonly request: Approval['request'] }) {
  const incidentId = request?.['incidentId'];
  if (typeof incidentId !== 'string') return null;
  return (
    <p>
      <Link to="/incidents/$incidentId" params={{ incidentId }}>
        The incident and its cards
      </Link>
    </p>
  );
}
