import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { policyQuery } from '../../api/policy.js';
import { useMay } from '../../api/session.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Notice, Section } from '../../components/facts.js';
import { MissingScope } from '../../components/missing-scope.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { Time } from '../../components/time.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { brakesOn, needsReset, whyNoUnlock } from './why-not.js';

type Card = Schemas['OperatorCard'];

/** Unlocking, or why that is not possible. */
export function CardUnlock({ card }: { readonly card: Card }) {
  const { cardId, pendingApproval } = card;
  const name = `unlock:${cardId}`;
  const [, , forget] = useDraft(name);
  const unlock = useIntention(
    name,
    (reason: string, requestId) =>
      answered(
        api.POST('/v1/admin/cards/{cardId}/unlock', {
          params: { path: { cardId } },
          body: { reason },
          ...under(requestId),
        }),
      ),
    { done: forget },
  );
  const { output } = unlock;
  const asked = isAsked(output) ? output : null;
  // The card is read anew before the answer is told: one that is locked now was locked again.
  const isUnlocked = output !== undefined && asked === null && card.pinStatus !== 'locked';
  return (
    <Section title="Unlock">
      {isUnlocked && (
        <Outcome>The card is unlocked. The cardholder has all tries again, with the same PIN.</Outcome>
      )}
      {pendingApproval !== undefined && <Waiting approval={pendingApproval} />}
      {pendingApproval === undefined && asked !== null && <ApprovalAsked asked={asked} />}
      {pendingApproval === undefined && asked === null && !isUnlocked && (
        <Ask card={card} unlock={unlock} name={name} />
      )}
    </Section>
  );
}

interface AskProps {
  readonly card: Card;
  readonly name: string;
  readonly unlock: Parameters<typeof ReasonForm>[0]['intention'];
}

function Ask({ card, unlock, name }: AskProps) {
  const mayUnlock = useMay('ops:unlock');
  const policy = useQuery(policyQuery);
  const limits = policy.data?.policy ?? {};
  const cause = whyNoUnlock(card);
  if (cause !== null) return <p className="muted">{cause}</p>;
  if (!mayUnlock) return <MissingScope what="Unlocking" scopes={['ops:unlock']} />;
  if (needsReset(card.failuresWithoutSuccess, limits['pinMaxFailuresWithoutSuccess'])) {
    return (
      <Notice tone="warning">
        There were too many failures in a row for an unlock. The cardholder gets a new PIN with a one-time
        password (<code>POST …/pin/reset</code>), which lifts the lock.
      </Notice>
    );
  }
  return (
    <ReasonForm name={name} action="Unlock the card" intention={unlock}>
      <Brakes cardId={card.cardId} />
      <p>
        The cardholder has all tries again, with the PIN that is set.
        {limits['approvals'] === 2 && ' It takes a second person, who has to approve.'}
      </p>
    </ReasonForm>
  );
}

/** What is stopped, and would refuse the unlock. */
function Brakes({ cardId }: { readonly cardId: string }) {
  const { data } = useQuery({
    queryKey: ['brakes'],
    queryFn: ({ signal }) => answered(api.GET('/v1/admin/brakes', { signal })),
  });
  return brakesOn(cardId, data?.items ?? []).map(({ brakeId, kind, reason, pulledBy, pulledAt }) => (
    <Notice key={brakeId} tone="warning">
      {kind === 'card' ? 'The card is frozen' : 'Unlocking is stopped'} since <Time at={pulledAt} /> by{' '}
      <UntrustedText>{pulledBy}</UntrustedText>: <UntrustedText>{reason}</UntrustedText>. Until that brake is
      released the unlock is refused.
    </Notice>
  ));
}

/** Somebody has asked; another person decides. */
function Waiting({ approval }: { readonly approval: NonNullable<Card['pendingApproval']> }) {
  const { approvalId, requestedBy, requestedAt, expiresAt, reason } = approval;
  return (
    <Notice tone="warning">
      <UntrustedText>{requestedBy}</UntrustedText> asked for an unlock at <Time at={requestedAt} />:{' '}
      <UntrustedText>{reason}</UntrustedText>. It waits for a second person until <Time at={expiresAt} />.{' '}
      <Link to="/approvals/$approvalId" params={{ approvalId }}>
        The approval
      </Link>
    </Notice>
  );
}
