import type { ReactNode } from 'react';
import { useSession } from '../../api/session.js';
import { ChoiceField } from '../../components/choice-field.js';
import { TextField } from '../../components/field.js';
import { TextAreaField } from '../../components/text-area-field.js';
import type { ChangeFaults, ChangeFields } from './change-rules.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from './scope-words.js';

interface AgreementFieldsProps {
  readonly fields: ChangeFields;
  readonly faults: ChangeFaults;
  readonly change: (fields: Partial<ChangeFields>) => void;
  readonly isOperator: boolean;
  /** What the client may do now: to leave it is no grant. */
  readonly present: readonly string[];
  readonly hints: { readonly scopes: string; readonly addresses: string };
  /** What belongs between what it may do and from where. */
  readonly children?: ReactNode;
}

/** What is agreed with a client: what it may do, from where, how often. */
export function AgreementFields({
  fields,
  faults,
  change,
  isOperator,
  present,
  hints,
  children,
}: AgreementFieldsProps) {
  const { scopes: held } = useSession();
  return (
    <>
      <ChoiceField
        label="What it may do"
        chosen={fields.scopes}
        fault={faults.scopes ?? null}
        {...(isOperator && { hint: hints.scopes })}
        options={(isOperator ? OPERATOR_SCOPES : CARD_APP_SCOPES).map(
          ([scope, words]) =>
            [
              scope,
              <span key={scope}>
                <code>{scope}</code> {words}
              </span>,
              isOperator && !held.includes(scope) && !present.includes(scope),
            ] as const,
        )}
        onChange={(scopes) => change({ scopes })}
      />
      {children}
      <TextAreaField
        label="Allowed addresses"
        value={fields.addresses}
        fault={faults.addresses ?? null}
        hint={hints.addresses}
        onChange={(event) => change({ addresses: event.target.value })}
      />
      <TextField
        label="Requests a minute (optional)"
        inputMode="numeric"
        value={fields.rate}
        fault={faults.rate ?? null}
        hint="Its own limit; without one, that of the service."
        onChange={(event) => change({ rate: event.target.value })}
      />
    </>
  );
}
