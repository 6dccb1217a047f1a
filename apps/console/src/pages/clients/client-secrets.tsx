import { answered, api, under, type Schemas } from '../../api/client.js';
import { useRotation } from '../../api/rotation.js';
import { ApprovalAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section } from '../../components/facts.js';
import { Empty } from '../../components/loaded.js';
import { ReasonForm } from '../../components/reason-form.js';
import { SecretOnce } from '../../components/secret-once.js';
import { Time } from '../../components/time.js';
import { ageOf } from './ages.js';
import { useMaxAge } from './use-max-age.js';

/** The secrets of a client by their age, and a new one, which overlaps with the one before. */
export function ClientSecrets({ client }: { readonly client: Schemas['Client'] }) {
  const { clientId, secrets, revokedAt } = client;
  const limit = useMaxAge();
  const name = `rotate-secret:${clientId}`;
  const { open, setOpen, shown, forgetSecret, intention } = useRotation(name, async (reason, requestId) => {
    const answer = await answered<Schemas['ClientWithSecret'] | Schemas['ApprovalRequested']>(
      api.POST('/v1/admin/clients/{clientId}/rotate-secret', {
        params: { path: { clientId } },
        body: { reason },
        ...under(requestId),
      }),
    );
    return 'clientSecret' in answer ? { of: clientId, secret: answer.clientSecret } : answer;
  });
  const mayRotate = revokedAt === undefined && secrets.length > 0;
  return (
    <Section
      title="Secrets"
      actions={mayRotate && !open && <Button onClick={() => setOpen(true)}>Rotate the secret…</Button>}
    >
      {shown !== null && (
        <SecretOnce label={`Secret of the client ${shown.of}`} secret={shown.secret} onDone={forgetSecret} />
      )}
      {intention.output && <ApprovalAsked asked={intention.output} />}
      {secrets.length === 0 ? (
        <Empty>It has no secret.</Empty>
      ) : (
        <DataTable
          caption="Secrets, newest first; what they are is not kept"
          rows={secrets}
          keyOf={({ createdAt }) => createdAt}
          columns={[
            { head: 'Made', cell: ({ createdAt }) => <Time at={createdAt} /> },
            { head: 'Age', cell: (secret) => <Age secret={secret} limit={limit} /> },
            {
              head: 'Works',
              cell: ({ expiresAt }) =>
                expiresAt === undefined ? (
                  'until it is replaced'
                ) : (
                  <>
                    until <Time at={expiresAt} />
                  </>
                ),
            },
          ]}
        />
      )}
      {open && mayRotate && (
        <ReasonForm name={name} action="Rotate the secret" intention={intention}>
          <p>
            The new secret works at once; the one before for the overlap, a day unless the policy says
            otherwise. A rotation within the overlap ends the oldest at once: a secret that has leaked is
            rotated twice.{' '}
            <Button kind="quiet" onClick={() => setOpen(false)}>
              Leave it
            </Button>
          </p>
        </ReasonForm>
      )}
    </Section>
  );
}

interface AgeProps {
  readonly secret: Schemas['Client']['secrets'][number];
  readonly limit: number;
}

function Age({ secret: { ageDays, expiresAt }, limit }: AgeProps) {
  const { tone, words } = ageOf(ageDays, limit);
  return (
    <Badge tone={expiresAt === undefined ? tone : 'plain'}>
      {expiresAt === undefined ? words : `${ageDays} days`}
    </Badge>
  );
}
