import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { Confirm } from '../../components/confirm.js';
import { Section } from '../../components/facts.js';
import { METHOD_WORDS, methodsHeld, type Method } from './methods.js';

/** Ends one of the ways in which a client proves itself; the last one is ended by revoking the client. */
export function Withdraw({ client }: { readonly client: Schemas['Client'] }) {
  const { clientId } = client;
  const [asked, setAsked] = useState<Method | null>(null);
  const withdraw = useIntention(
    `withdraw:${clientId}`,
    (method: Method, requestId) =>
      answered(
        api.POST('/v1/admin/clients/{clientId}/withdraw', {
          params: { path: { clientId } },
          body: { method },
          ...under(requestId),
        }),
      ),
    { done: () => setAsked(null) },
  );
  const held = methodsHeld(client);
  if (held.length < 2) return null;
  return (
    <Section title="Withdraw a way to prove itself">
      <p>It ends at once. There is no way back to a secret.</p>
      <div className="actions">
        {held.map((method) => (
          <Button
            key={method}
            onClick={() => {
              withdraw.reset();
              setAsked(method);
            }}
          >
            Withdraw {METHOD_WORDS[method]}…
          </Button>
        ))}
      </div>
      <Confirm
        open={asked !== null}
        onClose={() => setAsked(null)}
        title={asked === null ? '' : `Withdraw ${METHOD_WORDS[asked]}?`}
        action="Withdraw"
        danger
        busy={withdraw.running}
        problem={withdraw.problem}
        onConfirm={() => asked !== null && withdraw.run(asked)}
      >
        <p>From now on the client gets no token in this way.</p>
      </Confirm>
    </Section>
  );
}
