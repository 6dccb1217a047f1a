import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { useSession } from '../../api/session.js';
import { useShownSecret } from '../../api/shown-secret.js';
import { Button } from '../../components/button.js';
import { Section } from '../../components/facts.js';
import { ProblemBox } from '../../components/problem-box.js';
import { SecretOnce } from '../../components/secret-once.js';
import { rightsOn } from './kinds.js';

type Approval = Schemas['Approval'];

/** The secret that came of an approved request: for the person who asked, once. */
export function Collect({ approval }: { readonly approval: Approval }) {
  const { approvalId, status, collected } = approval;
  const { isOwn, mayCollect } = rightsOn(approval, useSession(), Date.now());
  const [shown, show, forget] = useShownSecret();
  const collect = useIntention<null, null>(`collect:${approvalId}`, async (_, requestId) => {
    const answer = await answered<Schemas['Collected']>(
      api.POST('/v1/admin/approvals/{approvalId}/collect', {
        params: { path: { approvalId } },
        body: {},
        ...under(requestId),
      }),
    );
    const secret = secretIn(answer);
    if (secret !== null) show(secret);
    return null;
  });
  if (shown === null && (status !== 'approved' || collected === undefined)) return null;
  return (
    <Section title="Secret">
      {shown !== null && <SecretOnce label={shown.of} secret={shown.secret} onDone={forget} />}
      {shown === null && mayCollect && (
        <>
          <p>It is made when you collect it, and shown once. Have the place ready where it goes.</p>
          {collect.problem !== null && (
            <ProblemBox problem={collect.problem} onRetry={() => collect.run(null)} />
          )}
          <div className="actions">
            <Button kind="primary" busy={collect.running} onClick={() => collect.run(null)}>
              Collect the secret
            </Button>
          </div>
        </>
      )}
      {shown === null && !mayCollect && <p className="muted">{whyNot(isOwn, collected === true)}</p>}
    </Section>
  );
}

function whyNot(isOwn: boolean, collected: boolean): string {
  if (collected) return 'It was collected.';
  return isOwn
    ? 'It was not collected within 24 hours of the approval, and is no longer there. Ask for it again.'
    : 'Only the person who asked may collect it.';
}

function secretIn(answer: Schemas['Collected']) {
  return 'clientSecret' in answer && typeof answer.clientSecret === 'string'
    ? { of: `Secret of the client ${answer.clientId}`, secret: answer.clientSecret }
    : 'secret' in answer
      ? { of: 'Secret of the webhook endpoint', secret: answer.secret }
      : null;
}
