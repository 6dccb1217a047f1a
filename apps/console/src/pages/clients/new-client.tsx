import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { useShownSecret } from '../../api/shown-secret.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { SecretOnce } from '../../components/secret-once.js';
import { UntrustedText } from '../../components/untrusted-text.js';
import { NewClientFields } from './new-client-fields.js';
import { clientOf } from './new-client-rules.js';
import { useClientDraft } from './use-client-draft.js';

type Answer = Omit<Schemas['CreatedClient'], 'clientSecret'> | Schemas['ApprovalRequested'];

/** Makes a client. Its secret is shown once, here; under two persons it is collected at the approval. */
export function NewClient() {
  const draft = useClientDraft();
  const [wasTried, setWasTried] = useState(false);
  const [shown, show, forgetSecret] = useShownSecret();
  const create = useIntention(
    'create-client',
    async (body: Schemas['CreateClient'], requestId): Promise<Answer> => {
      const answer = await answered<Schemas['CreatedClient'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/admin/clients', { body, ...under(requestId) }),
      );
      if (!('clientId' in answer)) return answer;
      const { clientSecret, ...client } = answer;
      if (clientSecret !== undefined) show({ of: client.clientId, secret: clientSecret });
      return client;
    },
    { done: draft.forget },
  );
  const { output } = create;
  if (isAsked(output)) return <ApprovalAsked asked={output} />;
  if (output !== undefined && 'clientId' in output) {
    return (
      <>
        <Outcome>
          The client{' '}
          <Link to="/clients/$clientId" params={{ clientId: output.clientId }}>
            <UntrustedText>{output.clientId}</UntrustedText>
          </Link>{' '}
          is there.
        </Outcome>
        {shown !== null && (
          <SecretOnce
            label={`Secret of the client ${shown.of}`}
            secret={shown.secret}
            onDone={forgetSecret}
          />
        )}
      </>
    );
  }
  const checked = clientOf(draft.fields);
  const run = (reason: string) => {
    setWasTried(true);
    if ('client' in checked) create.run({ ...checked.client, reason });
  };
  return (
    <ReasonForm name="create-client" action="Make the client" intention={{ ...create, run }}>
      <p>
        What a client may do, and from where, can be changed later: less at once, more perhaps with a second
        person. What it is cannot, and its id is for good.
      </p>
      <NewClientFields draft={draft} faults={wasTried && 'faults' in checked ? checked.faults : {}} />
    </ReasonForm>
  );
}
