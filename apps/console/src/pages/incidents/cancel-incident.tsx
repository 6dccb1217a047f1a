import { useState } from 'react';
import { answered, api, under } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { Section } from '../../components/facts.js';
import { ReasonForm } from '../../components/reason-form.js';

/** Ends an incident; what was restored stays restored. */
export function CancelIncident({ incidentId }: { readonly incidentId: string }) {
  const name = `cancel-incident:${incidentId}`;
  // A reason that was typed before a new login shows its form again.
  const [draft, , forget] = useDraft(name);
  const [open, setOpen] = useState(draft !== '');
  const cancel = useIntention(
    name,
    (reason: string, requestId) =>
      answered(
        api.POST('/v1/admin/incidents/{incidentId}/cancel', {
          params: { path: { incidentId } },
          body: { reason },
          ...under(requestId),
        }),
      ),
    { done: forget },
  );
  return (
    <Section title="Cancel">
      {open ? (
        <ReasonForm name={name} action="Cancel the incident" danger intention={cancel}>
          <p>It stops at once and for good. What was restored stays restored; the rest stays as it is.</p>
        </ReasonForm>
      ) : (
        <div className="actions">
          <Button onClick={() => setOpen(true)}>Cancel the incident…</Button>
        </div>
      )}
    </Section>
  );
}
