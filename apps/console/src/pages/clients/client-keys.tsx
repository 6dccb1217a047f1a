import { useState } from 'react';
import { answered, api, under, type Schemas } from '../../api/client.js';
import { useDraft } from '../../api/draft.js';
import { useIntention } from '../../api/intention.js';
import { ApprovalAsked, isAsked } from '../../components/approval-asked.js';
import { Button } from '../../components/button.js';
import { DataTable } from '../../components/data-table.js';
import { Badge, Section } from '../../components/facts.js';
import { SelectField } from '../../components/field.js';
import { Empty } from '../../components/loaded.js';
import { Outcome } from '../../components/outcome.js';
import { ReasonForm } from '../../components/reason-form.js';
import { Time } from '../../components/time.js';
import { Id, UntrustedText } from '../../components/untrusted-text.js';
import { ageOf } from './ages.js';
import { keysOf } from './key-rules.js';
import { KEY_KINDS, KeysField, useKeysDraft } from './keys-fields.js';
import { METHOD_WORDS } from './methods.js';
import { useMaxAge } from './use-max-age.js';

type Key = Schemas['Client']['keys'][number];

/** Public keys and certificates of a client, and others in their place. */
export function ClientKeys({ client }: { readonly client: Schemas['Client'] }) {
  const { clientId, keys, revokedAt } = client;
  const [, , forgetReason] = useDraft(`rotate-keys:${clientId}`);
  const [text, setText, forgetText] = useKeysDraft(`rotate-keys:${clientId}:keys`);
  const [kindText, setKind] = useDraft(`rotate-keys:${clientId}:kind`, 'jwks');
  const [open, setOpen] = useState(text !== '');
  const [wasTried, setWasTried] = useState(false);
  const rotate = useIntention(
    `rotate-keys:${clientId}`,
    (body: Schemas['RotateKeys'], requestId) =>
      answered<Schemas['Client'] | Schemas['ApprovalRequested']>(
        api.POST('/v1/admin/clients/{clientId}/rotate-keys', {
          params: { path: { clientId } },
          body,
          ...under(requestId),
        }),
      ),
    {
      done: () => {
        forgetText();
        forgetReason();
        setWasTried(false);
        setOpen(false);
      },
    },
  );
  const kind = KEY_KINDS.find(([known]) => known === kindText)?.[0] ?? 'jwks';
  const given = keysOf(kind, text);
  const run = (reason: string) => {
    setWasTried(true);
    if ('keys' in given) rotate.run({ ...given.keys, reason });
  };
  const isAnswered = rotate.output !== undefined && !isAsked(rotate.output);
  return (
    <Section
      title="Keys and certificates"
      actions={
        revokedAt === undefined &&
        !open && (
          <Button onClick={() => setOpen(true)}>
            {keys.length === 0 ? 'Give it keys…' : 'Rotate the keys…'}
          </Button>
        )
      }
    >
      {isAsked(rotate.output) && <ApprovalAsked asked={rotate.output} />}
      {isAnswered && !open && (
        <Outcome>The client has these keys. Those before work until the overlap ends.</Outcome>
      )}
      {keys.length === 0 ? <Empty>It has no keys.</Empty> : <KeyTable keys={keys} />}
      {open && revokedAt === undefined && (
        <ReasonForm
          name={`rotate-keys:${clientId}`}
          action="Register the keys"
          intention={{ ...rotate, run }}
        >
          <SelectField
            label="What"
            value={kind}
            options={KEY_KINDS}
            onChange={(event) => {
              setKind(event.target.value);
              setText('');
            }}
          />
          <KeysField
            kind={kind}
            value={text}
            fault={wasTried && 'fault' in given ? given.fault : null}
            onChange={setText}
          />
        </ReasonForm>
      )}
    </Section>
  );
}

function KeyTable({ keys }: { readonly keys: readonly Key[] }) {
  const limit = useMaxAge();
  return (
    <DataTable
      caption="Keys and certificates, newest first"
      rows={keys}
      keyOf={({ method, createdAt }) => `${method} ${createdAt}`}
      columns={[
        { head: 'Kind', cell: ({ method }) => METHOD_WORDS[method] },
        { head: 'Names', cell: (key) => <Names of={key} /> },
        { head: 'Registered', cell: ({ createdAt }) => <Time at={createdAt} style="short" /> },
        {
          head: 'Age',
          cell: ({ ageDays, expiresAt }) => {
            if (ageDays === undefined) return 'rotated at its address';
            const { tone, words } = ageOf(ageDays, limit);
            return expiresAt === undefined ? <Badge tone={tone}>{words}</Badge> : `${ageDays} days`;
          },
        },
        {
          head: 'Works',
          cell: ({ expiresAt }) =>
            expiresAt === undefined ? (
              'until it is replaced'
            ) : (
              <>
                until <Time at={expiresAt} style="short" />
              </>
            ),
        },
      ]}
    />
  );
}

function Names({ of: { kids, jwksUri, thumbprints } }: { readonly of: Key }) {
  if (jwksUri !== undefined) return <UntrustedText>{jwksUri}</UntrustedText>;
  return (
    <ul>
      {[...(kids ?? []), ...(thumbprints ?? [])].map((name) => (
        <li key={name}>
          <Id>{name}</Id>
        </li>
      ))}
    </ul>
  );
}
