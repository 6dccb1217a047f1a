import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section } from '../../components/facts.js';
import { TextField } from '../../components/field.js';
import { Empty, Loaded } from '../../components/loaded.js';
import { ProblemBox } from '../../components/problem-box.js';
import { Time } from '../../components/time.js';
import { TypedConfirm } from '../../components/typed-confirm.js';
import { UntrustedText } from '../../components/untrusted-text.js';

/** The register of the humans behind operators' clients. */
export function Persons() {
  const [revoking, setRevoking] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['persons'],
    queryFn: () => answered(api.GET('/v1/admin/persons')),
  });
  const revoke = useIntention(
    'revoke-person',
    (name: string, requestId) =>
      answered(api.POST('/v1/admin/persons/revoke', { body: { name }, ...under(requestId) })),
    { done: () => setRevoking(null) },
  );
  return (
    <>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>No person is registered.</Empty>
          ) : (
            <DataTable
              caption="Persons"
              rows={items}
              keyOf={({ name }) => name}
              columns={[
                { head: 'Name', cell: ({ name }) => <UntrustedText>{name}</UntrustedText> },
                { head: 'State', cell: (person) => <State person={person} /> },
                { head: 'Registered', cell: ({ createdAt }) => <Time at={createdAt} style="short" /> },
                { head: 'By', cell: ({ createdBy }) => <UntrustedText>{createdBy}</UntrustedText> },
                {
                  head: 'Action',
                  cell: ({ name, revokedAt }) =>
                    revokedAt === undefined && (
                      <Button
                        onClick={() => {
                          revoke.reset();
                          setRevoking(name);
                        }}
                      >
                        Revoke…
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      <TypedConfirm
        key={revoking}
        open={revoking !== null}
        onClose={() => setRevoking(null)}
        title="Revoke the person?"
        action="Revoke"
        word={revoking ?? ''}
        busy={revoke.running}
        problem={revoke.problem}
        onConfirm={() => revoking !== null && revoke.run(revoking)}
      >
        <p>
          They can no longer ask for or decide on what takes two persons, and the name is never given again.
          Their clients stay: revoke those too.
        </p>
      </TypedConfirm>
      <Register />
    </>
  );
}

function State({ person }: { readonly person: Schemas['Person'] }) {
  const { revokedAt, revokedBy, flaw, mayDecide } = person;
  if (revokedAt !== undefined)
    return (
      <>
        <Badge>revoked</Badge> <Time at={revokedAt} style="short" />
        {revokedBy !== undefined && (
          <>
            {' '}
            by <UntrustedText>{revokedBy}</UntrustedText>
          </>
        )}
      </>
    );
  if (flaw !== undefined)
    return (
      <>
        <Badge tone="warning">flawed</Badge> <UntrustedText>{flaw}</UntrustedText>
      </>
    );
  return mayDecide ? <Badge tone="good">may decide</Badge> : <Badge>may not decide</Badge>;
}

function Register() {
  const [name, setName, forget] = useDraft('person');
  const register = useIntention(
    'register-person',
    (person: string, requestId) =>
      answered(api.POST('/v1/admin/persons', { body: { name: person }, ...under(requestId) })),
    { done: forget },
  );
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== '' && !register.running) register.run(name.trim());
  };
  return (
    <Section title="Register a person">
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          label="Name"
          value={name}
          maxLength={200}
          hint="As in a passport: letters of one script, and not like the name of somebody who is registered. It cannot be changed."
          onChange={(event) => setName(event.target.value)}
        />
        {register.problem !== null && (
          <ProblemBox problem={register.problem} onRetry={() => register.run(name.trim())} />
        )}
        <div className="actions">
          <Button type="submit" kind="primary" busy={register.running}>
            Register
          </Button>
          <span role="status">{register.output !== undefined && 'Registered'}</span>
        </div>
      </form>
    </Section>
  );
}
