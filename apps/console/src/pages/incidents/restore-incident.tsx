import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { useSession } from '../../api/session.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Notice, Section } from '../../components/facts.js';
import { formatNumber } from '../../components/format.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { waitingFor } from './waiting-approval.js';

/** Asks for the restoration of the cards of the preview; with two persons where the policy asks for two. */
export function RestoreIncident({ incident }: { readonly incident: Schemas['Incident'] }) {
  const { incidentId, counts, reason } = incident;
  const [open, setOpen] = useState(false);
  const restore = useIntention(
    `restore-incident:${incidentId}`,
    (_: null, requestId) =>
      answered<Schemas['Incident'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/admin/incidents/{incidentId}/restore', {
          params: { path: { incidentId } },
          body: {},
          ...under(requestId),
        }),
      ),
    { done: () => setOpen(false) },
  );
  const approvals = useQuery({
    queryKey: ['approvals', 'pending', 'of-incidents'],
    queryFn: () =>
      answered(api.GET('/v1/admin/approvals', { params: { query: { status: 'pending', limit: 200 } } })),
  });
  const waiting = waitingFor(incidentId, approvals.data?.items ?? []);
  if (isAsked(restore.output)) return <ApprovalAsked asked={restore.output} />;
  if (waiting !== null) return <Waiting approval={waiting} />;
  if (counts.planned === 0)
    return (
      <Notice>
        No card can be restored. Cancel this incident, and open another with a wider window or another client.
      </Notice>
    );
  const cards = inCards(counts.planned);
  return (
    <Section title="Restore">
      <p>
        To be restored: {cards}. The tries are given back, and the failures of the filter taken back. Kept
        out, and left as they are: {inCards(counts.keptOut)}. Look at both lists before you decide.
      </p>
      <div className="actions">
        <Button kind="primary" onClick={() => setOpen(true)}>
          Restore {cards}…
        </Button>
      </div>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={`Restore ${cards}?`}
        action="Restore"
        busy={restore.running}
        problem={restore.problem}
        onConfirm={() => restore.run(null)}
      >
        <p>
          The reason in the audit trail is that of the incident: <UntrustedText>{reason}</UntrustedText>
        </p>
        <p>
          Where the policy asks for two persons, another one approves first. A card that is restored is not
          locked again by cancelling.
        </p>
      </Confirm>
    </Section>
  );
}

function Waiting({ approval }: { readonly approval: Schemas['Approval'] }) {
  const { subject } = useSession();
  return (
    <Notice tone="warning">
      <p>
        <UntrustedText>{approval.requestedBy}</UntrustedText> has asked for the restoration. It waits until{' '}
        <Time at={approval.expiresAt} /> for a second person.{' '}
        {approval.requestedBy === subject && 'That cannot be you, who asked for it. '}
        <Link to="/approvals/$approvalId" params={{ approvalId: approval.approvalId }}>
          {approval.requestedBy === subject ? 'See the approval' : 'Decide on it'}
        </Link>
      </p>
    </Notice>
  );
}

function inCards(count: number): string {
  return count === 1 ? '1 card' : `${formatNumber(count)} cards`;
}
