import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { useShownSecret } from '../../api/shown-secret.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { Notice, Section } from '../../components/facts.js';
import { ReasonForm } from '../../components/reason-form.js';
import { SecretOnce } from '../../components/secret-once.js';
import { Time } from '../../components/time.js';

type Answer = Omit<Schemas['WebhookEndpointWithSecret'], 'secret'> | Schemas['ApprovalRequested'];

/** The secret that signs its events: another one, shown once, which overlaps with the one before. */
export function EndpointSecret({ endpoint }: { readonly endpoint: Schemas['WebhookEndpointRead'] }) {
  const { endpointId, url, previousSecretExpiresAt } = endpoint;
  const name = `rotate-webhook:${endpointId}`;
  const [draft, , forgetDraft] = useDraft(name);
  const [open, setOpen] = useState(draft !== '');
  const [shown, show, forgetSecret] = useShownSecret();
  const rotate = useIntention(
    name,
    async (reason: string, requestId): Promise<Answer> => {
      const answer = await answered<Schemas['WebhookEndpointWithSecret'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/webhook-endpoints/{endpointId}/rotate-secret', {
          params: { path: { endpointId } },
          body: { reason },
          ...under(requestId),
        }),
      );
      if (!('secret' in answer)) return answer;
      const { secret, ...rest } = answer;
      show({ of: url, secret });
      return rest;
    },
    {
      done: () => {
        forgetDraft();
        setOpen(false);
      },
    },
  );
  return (
    <Section
      title="Secret"
      actions={!open && <Button onClick={() => setOpen(true)}>Rotate the secret…</Button>}
    >
      {shown !== null && (
        <SecretOnce label="Secret of the webhook endpoint" secret={shown.secret} onDone={forgetSecret} />
      )}
      {isAsked(rotate.output) && <ApprovalAsked asked={rotate.output} />}
      {previousSecretExpiresAt !== undefined && (
        <Notice>
          Events are signed with the secret before as well, until <Time at={previousSecretExpiresAt} />.
        </Notice>
      )}
      {open ? (
        <ReasonForm name={name} action="Rotate the secret" intention={rotate}>
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
