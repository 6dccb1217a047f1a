import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client.js';
import { Notice, Section } from '../../components/facts.js';
import { Members } from '../../components/json-value.js';
import { Id } from '../../components/untrusted-text.js';
import { isKnownKind } from './kinds.js';
import { WhatIsAsked } from './what-is-asked.js';

type Approval = Schemas['Approval'];

/** Members that have a place of their own on the page. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'approvalId',
  'kind',
  'status',
  'reason',
  'requestedBy',
  'requestedThrough',
  'requestedAt',
  'expiresAt',
  'decidedBy',
  'decidedAt',
  'collected',
  'cardId',
  'request',
] satisfies (keyof Approval)[]);

/** The whole of what will be carried out. Nothing of it is left out, also where a later version has added kinds and members. */
export function WhatWouldBeDone({ approval }: { readonly approval: Approval }) {
  const { kind, cardId, request } = approval;
  const others = Object.fromEntries(Object.entries(approval).filter(([name]) => !TOLD_ELSEWHERE.has(name)));
  const isKnown = isKnownKind(kind);
  return (
    <Section title="What would be done">
      {!isKnown && (
        <Notice tone="warning">
          This version of the console does not know what comes of such a request. All that the service tells
          of it is shown as it is. If you cannot judge by it, leave the decision to a console that can.
        </Notice>
      )}
      {cardId !== undefined && <Card cardId={cardId} isUnlock={kind === 'unlock'} />}
      {request !== undefined && <WhatIsAsked kind={kind} request={request} />}
      {Object.keys(others).length > 0 && <Members value={others} />}
      <Incident request={request} />
    </Section>
  );
}

function Card({ cardId, isUnlock }: { readonly cardId: string; readonly isUnlock: boolean }) {
  return (
    <p>
      The card{' '}
      <Link to="/cards/$cardId" params={{ cardId }}>
        <Id>{cardId}</Id>
      </Link>{' '}
      {isUnlock ? 'is unlocked, if it is still the same lock.' : 'is the one that it is about.'}
    </p>
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
