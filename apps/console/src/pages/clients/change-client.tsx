import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useIntention } from '../../api/intention.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Section } from '../../components/facts.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { AgreementFields } from './agreement-fields.js';
import { agreementOf } from './agreement.js';
import { agreementIn, changeOf } from './change-rules.js';
import { Difference } from './difference.js';
import { PersonsNeeded } from './persons-needed.js';
import { changeName, useChangeDraft } from './use-change-draft.js';

const HINTS = {
  scopes: 'You can grant only what you may do yourself, and nothing to yourself.',
  addresses:
    'All of them, IPv4 and IPv6 ranges in CIDR notation, one a line. None means all addresses, which production refuses.',
};

type Answer = Schemas['Client'] | Schemas['ApprovalRequested'];

/** Changes what is agreed with a client: the difference is shown before it is sent, and how many persons it takes. */
export function ChangeClient({ client }: { readonly client: Schemas['Client'] }) {
  const { clientId } = client;
  const [before] = useState(() => agreementOf(client));
  const draft = useChangeDraft(clientId, before);
  const [wasTried, setWasTried] = useState(false);
  const change = useIntention(
    changeName(clientId),
    async (body: Schemas['ChangeClient'], requestId): Promise<Answer> =>
      await answered<Answer>(
        api.POST('/v1/admin/clients/{clientId}/change', {
          params: { path: { clientId } },
          body,
          ...under(requestId),
        }),
      ),
    { done: draft.forget },
  );
  const { output } = change;
  if (isAsked(output)) return <ApprovalAsked asked={output} />;
  if (output !== undefined) {
    return (
      <Outcome>
        The client is changed. Its tokens keep no right that it has lost.{' '}
        <Link to="/clients/$clientId" params={{ clientId }}>
          Back to the client
        </Link>
      </Outcome>
    );
  }
  const typed = agreementIn(draft.fields);
  const after = 'after' in typed ? typed.after : null;
  const changed = after === null ? null : changeOf(before, after);
  const run = (reason: string) => {
    setWasTried(true);
    if (changed !== null) change.run({ ...changed, reason });
  };
  return (
    <Section title="Change">
      <ReasonForm name={changeName(clientId)} action="Change the client" intention={{ ...change, run }}>
        <AgreementFields
          fields={draft.fields}
          faults={'faults' in typed ? typed.faults : {}}
          change={draft.change}
          isOperator={client.person !== undefined}
          present={before.scopes}
          hints={HINTS}
        />
        <Section title="The difference">
          {after !== null && changed !== null && (
            <>
              <Difference before={before} after={after} />
              <PersonsNeeded before={before} after={after} />
            </>
          )}
          {changed === null && (
            <p className={wasTried ? 'field-fault' : 'muted'} role="status">
              {after === null ? 'Mend what is wrong above first.' : 'Nothing is different yet.'}
            </p>
          )}
        </Section>
      </ReasonForm>
    </Section>
  );
}
