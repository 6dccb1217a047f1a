import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { useSession } from '../../api/session.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Notice, Section } from '../../components/facts.js';
import { MissingScope } from '../../components/missing-scope.js';
import { Outcome } from '../../components/outcome.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { nameOfKind, rightsOn } from './kinds.js';

type Approval = Schemas['Approval'];
type Way = 'approve' | 'reject';

/** Approving and rejecting, or why that is not for the person at hand. */
export function Decision({ approval }: { readonly approval: Approval }) {
  const session = useSession();
  const { isOwn, isOpen, lacks } = rightsOn(approval, session, Date.now());
  const [asked, setAsked] = useState<Way | null>(null);
  const decide = useDecide(approval.approvalId, () => setAsked(null));

  if (decide.output !== undefined) {
    return (
      <Outcome>
        {decide.output === 'approve' ? 'Approved, and carried out.' : 'Rejected. Nothing was done.'}
      </Outcome>
    );
  }
  // Between the decision and its answer on this page the request is no longer open.
  if (!isOpen && !decide.running) return null;
  if (lacks !== null) return <MissingScope what="Deciding on this" scopes={[lacks]} />;
  const ask = (way: Way) => {
    decide.reset();
    setAsked(way);
  };
  return (
    <Section title="Decision">
      {isOwn && <Notice>This is your own request: another person decides on it. You may withdraw it.</Notice>}
      <div className="actions">
        {!isOwn && (
          <Button kind="primary" onClick={() => ask('approve')}>
            Approve…
          </Button>
        )}
        <Button kind={isOwn ? 'plain' : 'danger'} onClick={() => ask('reject')}>
          {isOwn ? 'Withdraw…' : 'Reject…'}
        </Button>
      </div>
      <Question
        approval={approval}
        way={asked}
        isOwn={isOwn}
        decide={decide}
        onClose={() => setAsked(null)}
      />
    </Section>
  );
}

function useDecide(approvalId: string, done: () => void) {
  return useIntention<Way, Way>(
    `decide:${approvalId}`,
    async (way, requestId) => {
      const options = { params: { path: { approvalId } }, body: {}, ...under(requestId) };
      if (way === 'approve') await answered(api.POST('/v1/admin/approvals/{approvalId}/approve', options));
      else await answered(api.POST('/v1/admin/approvals/{approvalId}/reject', options));
      return way;
    },
    { done },
  );
}

interface QuestionProps {
  readonly approval: Approval;
  readonly way: Way | null;
  readonly isOwn: boolean;
  readonly decide: ReturnType<typeof useDecide>;
  readonly onClose: () => void;
}

function Question({ approval, way, isOwn, decide, onClose }: QuestionProps) {
  const isApproval = way === 'approve';
  const rejection = isOwn ? 'Withdraw' : 'Reject';
  return (
    <Confirm
      open={way !== null}
      onClose={onClose}
      title={isApproval ? 'Approve this request?' : `${rejection} this request?`}
      action={isApproval ? 'Approve' : rejection}
      danger={!isApproval}
      busy={decide.running}
      problem={decide.problem}
      onConfirm={() => way !== null && decide.run(way)}
    >
      <p>
        {nameOfKind(approval.kind)}, asked for by <UntrustedText>{approval.requestedBy}</UntrustedText>
        {approval.reason !== undefined && (
          <>
            : <UntrustedText>{approval.reason}</UntrustedText>
          </>
        )}
      </p>
      <p>
        {isApproval
          ? 'It is carried out at once, and the audit trail names both of you.'
          : 'Nothing is carried out. Whoever still wants it has to ask again.'}
      </p>
    </Confirm>
  );
}
