import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Section } from '../../components/facts.js';
import { UntrustedText } from '../../components/untrusted-text.js';

/** Ends an endpoint; what waits for it is cancelled. */
export function DeleteEndpoint({ endpoint }: { readonly endpoint: Schemas['WebhookEndpointRead'] }) {
  const { endpointId, url } = endpoint;
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const remove = useIntention(`delete-webhook:${endpointId}`, async (_: null, requestId) => {
    const answer = await answered(
      api.DELETE('/v1/webhook-endpoints/{endpointId}', {
        params: { path: { endpointId } },
        ...under(requestId),
      }),
    );
    // Before the page reads the endpoint anew, which is no longer there.
    await navigate({ to: '/webhooks' });
    return answer;
  });
  return (
    <Section title="Delete">
      <p>No event goes there any more, and what waits for it is cancelled.</p>
      <div className="actions">
        <Button
          kind="danger"
          onClick={() => {
            remove.reset();
            setOpen(true);
          }}
        >
          Delete the endpoint…
        </Button>
      </div>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title="Delete the endpoint?"
        action="Delete"
        danger
        busy={remove.running}
        problem={remove.problem}
        onConfirm={() => remove.run(null)}
      >
        <p>
          <UntrustedText>{url}</UntrustedText> gets no event any more. What waits for it is cancelled and is
          not sent again.
        </p>
      </Confirm>
    </Section>
  );
}
