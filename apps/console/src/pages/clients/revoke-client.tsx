import { useState } from 'react';
import { answered, api, under } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { Section } from '../../components/facts.js';
import { TypedConfirm } from '../../components/typed-confirm.js';

/** Ends a client for good; its name is typed first. */
export function RevokeClient({ clientId }: { readonly clientId: string }) {
  const [open, setOpen] = useState(false);
  const revoke = useIntention(
    `revoke-client:${clientId}`,
    (_: null, requestId) =>
      answered(
        api.DELETE('/v1/admin/clients/{clientId}', { params: { path: { clientId } }, ...under(requestId) }),
      ),
    { done: () => setOpen(false) },
  );
  return (
    <Section title="Revoke">
      <p>
        To stop it for a while, pull a brake. Revoking is for good: it gets no token, its tokens stop working,
        and its id is never used again.
      </p>
      <div className="actions">
        <Button
          kind="danger"
          onClick={() => {
            revoke.reset();
            setOpen(true);
          }}
        >
          Revoke the client…
        </Button>
      </div>
      <TypedConfirm
        open={open}
        onClose={() => setOpen(false)}
        title="Revoke the client for good?"
        action="Revoke"
        word={clientId}
        busy={revoke.running}
        problem={revoke.problem}
        onConfirm={() => revoke.run(null)}
      >
        <p>Everything that calls with it stands still at once.</p>
      </TypedConfirm>
    </Section>
  );
}
