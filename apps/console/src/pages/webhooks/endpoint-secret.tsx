import { answered, api, under, type Schemas } from '../../api/client.js';
import { useRotation } from '../../api/rotation.js';
import { ApprovalAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { Notice, Section } from '../../components/facts.js';
import { ReasonForm } from '../../components/reason-form.js';
import { SecretOnce } from '../../components/secret-once.js';
import { Time } from '../../components/time.js';

/** The secret that signs its events: another one, shown once, which overlaps with the one before. */
export function EndpointSecret({ endpoint }: { readonly endpoint: Schemas['WebhookEndpointRead'] }) {
  const { endpointId, url, previousSecretExpiresAt } = endpoint;
  const name = `rotate-webhook:${endpointId}`;
  const { open, setOpen, shown, forgetSecret, intention } = useRotation(name, async (reason, requestId) => {
    const answer = await answered<Schemas['WebhookEndpointWithSecret'] | Schemas['ApprovalRequested']>(
      api.POST('/v1/webhook-endpoints/{endpointId}/rotate-secret', {
        params: { path: { endpointId } },
        body: { reason },
        ...under(requestId),
      }),
    );
    return 'secret' in answer ? { of: url, secret: answer.secret } : answer;
  });
  return (
    <Section
      title="Secret"
      actions={!open && <Button onClick={() => setOpen(true)}>Rotate the secret…</Button>}
    >
      {shown !== null && (
        <SecretOnce label="Secret of the webhook endpoint" secret={shown.secret} onDone={forgetSecret} />
      )}
      {intention.output && <ApprovalAsked asked={intention.output} />}
      {previousSecretExpiresAt !== undefined && (
        <Notice>
          Events are signed with the secret before as well, until <Time at={previousSecretExpiresAt} />.
        </Notice>
      )}
      {open ? (
        <ReasonForm name={name} action="Rotate the secret" intention={intention}>
          <p>
            For a day, unless the settings say otherwise, every event is signed with both. Give the new one to
            the receiver within that time.{' '}
            <Button kind="quiet" onClick={() => setOpen(false)}>
              Leave it
            </Button>
          </p>
        </ReasonForm>
      ) : (
        <p className="muted">It was shown when it was made, and is kept sealed by the HSM.</p>
      )}
    </Section>
  );
}
