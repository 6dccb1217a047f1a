import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { useShownSecret } from '../../api/shown-secret.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { ChoiceField } from '../../components/choice-field.js';
import { Notice } from '../../components/facts.js';
import { TextField } from '../../components/field.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { SecretOnce } from '../../components/secret-once.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { EVENT_TYPES, eventTypesIn, faultOfUrl } from './event-types.js';

type Answer = Omit<Schemas['WebhookEndpointWithSecret'], 'secret'> | Schemas['ApprovalRequested'];

/** Lets events go to another address. The secret that signs them is shown once, here. */
export function NewEndpoint() {
  const [url, setUrl, forgetUrl] = useDraft('webhook:url');
  const [chosen, setChosen, forgetChosen] = useDraft('webhook:events');
  const [, , forgetReason] = useDraft('webhook');
  const [wasTried, setWasTried] = useState(false);
  const [shown, show, forgetSecret] = useShownSecret();
  const create = useIntention(
    'create-webhook',
    async (body: Schemas['CreateWebhookEndpoint'], requestId): Promise<Answer> => {
      const answer = await answered<Schemas['WebhookEndpointWithSecret'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/webhook-endpoints', { body, ...under(requestId) }),
      );
      if (!('secret' in answer)) return answer;
      const { secret, ...endpoint } = answer;
      show({ of: endpoint.url, secret });
      return endpoint;
    },
    {
      done: () => {
        forgetUrl();
        forgetChosen();
        forgetReason();
      },
    },
  );
  const { output } = create;
  if (isAsked(output)) return <ApprovalAsked asked={output} />;
  if (output !== undefined && 'endpointId' in output) {
    return (
      <>
        <Outcome>
          Events go to{' '}
          <Link to="/webhooks/$endpointId" params={{ endpointId: output.endpointId }}>
            <UntrustedText>{output.url}</UntrustedText>
          </Link>{' '}
          from now on.
        </Outcome>
        {shown !== null && (
          <SecretOnce label="Secret of the webhook endpoint" secret={shown.secret} onDone={forgetSecret} />
        )}
      </>
    );
  }
  const events = eventTypesIn(chosen.split(' '));
  const fault = faultOfUrl(url);
  const run = (reason: string) => {
    setWasTried(true);
    if (fault === null) create.run({ url: url.trim(), ...(events.length > 0 && { events }), reason });
  };
  return (
    <ReasonForm name="webhook" action="Make the endpoint" intention={{ ...create, run }}>
      <TextField
        label="Address"
        type="url"
        value={url}
        fault={wasTried ? fault : null}
        hint="https, with a certificate that fits. It cannot be changed later."
        onChange={(event) => setUrl(event.target.value)}
      />
      <ChoiceField
        label="Events"
        chosen={events}
        hint="None chosen: all of them but otp.issued, also those of later versions."
        options={EVENT_TYPES.map(
          ([type, words]) =>
            [
              type,
              <span key={type}>
                <code>{type}</code> {words}
              </span>,
            ] as const,
        )}
        onChange={(next) => setChosen(next.join(' '))}
      />
      {events.includes('otp.issued') && (
        <Notice tone="warning">
          This receiver gets one-time passwords with their codes: whoever reads them can reset PINs. It may
          take a second person.
        </Notice>
      )}
    </ReasonForm>
  );
}
