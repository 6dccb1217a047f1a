import { useQuery } from '@tanstack/react-query';
import { answered, api } from '../../api/client.js';
import { SelectField, TextField } from '../../components/field.js';
import { plainText } from '../../components/invisible.js';
import { AgreementFields } from './agreement-fields.js';
import { KEY_KINDS, KeysField } from './keys-fields.js';
import type { ClientFaults } from './new-client-rules.js';
import type { ClientDraft } from './use-client-draft.js';

interface NewClientFieldsProps {
  readonly draft: ClientDraft;
  readonly faults: ClientFaults;
}

export function NewClientFields({ draft: { fields, change }, faults }: NewClientFieldsProps) {
  const isOperator = fields.kind === 'operator';
  return (
    <>
      <TextField
        label="Client id"
        value={fields.clientId}
        fault={faults.clientId ?? null}
        hint="From 3 to 64 of a to z, 0 to 9 and -. It is never used again for another client."
        onChange={(event) => change({ clientId: event.target.value })}
      />
      <SelectField
        label="What it is"
        value={fields.kind}
        options={[
          ['card-app', 'a program that serves cardholders'],
          ['operator', 'an operator’s own client'],
        ]}
        onChange={(event) =>
          change({ kind: event.target.value === 'operator' ? 'operator' : 'card-app', scopes: [] })
        }
      />
      <AgreementFields
        fields={fields}
        faults={faults}
        change={change}
        isOperator={isOperator}
        present={[]}
        hints={{
          scopes: 'You can grant only what you may do yourself.',
          addresses:
            'IPv4 and IPv6 ranges in CIDR notation, one a line, such as 203.0.113.16/28. In production there must be some.',
        }}
      >
        {isOperator && (
          <PersonField
            value={fields.person}
            fault={faults.person ?? null}
            onChange={(person) => change({ person })}
          />
        )}
      </AgreementFields>
      <SelectField
        label="How it proves itself"
        value={fields.proof}
        options={[['secret', 'a secret, which is shown once'], ...KEY_KINDS]}
        hint="Keys are better: who reads a secret on its way is the client."
        onChange={(event) =>
          change({
            proof: KEY_KINDS.find(([kind]) => kind === event.target.value)?.[0] ?? 'secret',
            keys: '',
          })
        }
      />
      {fields.proof !== 'secret' && (
        <KeysField
          kind={fields.proof}
          value={fields.keys}
          fault={faults.keys ?? null}
          onChange={(keys) => change({ keys })}
        />
      )}
    </>
  );
}

interface PersonFieldProps {
  readonly value: string;
  readonly fault: string | null;
  readonly onChange: (person: string) => void;
}

/** One of the registered persons who are not revoked. */
function PersonField({ value, fault, onChange }: PersonFieldProps) {
  const persons = useQuery({
    queryKey: ['persons'],
    queryFn: () => answered(api.GET('/v1/admin/persons')),
  });
  const names = (persons.data?.items ?? []).flatMap(({ name, revokedAt }) =>
    revokedAt === undefined ? [name] : [],
  );
  return (
    <SelectField
      label="Person"
      value={value}
      fault={fault}
      hint="Whom the audit trail names, and whom approvals compare. Persons are registered under Persons."
      options={[['', 'choose'], ...names.map((name) => [name, plainText(name)] as const)]}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
