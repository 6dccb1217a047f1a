import { useSession } from '../../api/session.js';
import { ChoiceField } from '../../components/choice-field.js';
import { TextField } from '../../components/field.js';
import { TextAreaField } from '../../components/text-area-field.js';
import type { ChangeFaults } from './change-rules.js';
import { CARD_APP_SCOPES, OPERATOR_SCOPES } from './scope-words.js';
import type { ChangeDraft } from './use-change-draft.js';

interface ChangeFieldsetProps {
  readonly draft: ChangeDraft;
  readonly isOperator: boolean;
  /** What the client may do now: to leave it is no grant. */
  readonly present: readonly string[];
  readonly faults: ChangeFaults;
}

/** All that is agreed with a client, as it is to be. */
export function ChangeFieldset({
  draft: { fields, change },
  isOperator,
  present,
  faults,
}: ChangeFieldsetProps) {
  const { scopes: held } = useSession();
  return (
    <>
      <ChoiceField
        label="What it may do"
        chosen={fields.scopes}
        fault={faults.scopes ?? null}
        {...(isOperator && { hint: 'You can grant only what you may do yourself, and nothing to yourself.' })}
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
      <TextAreaField
        label="Allowed addresses"
        value={fields.addresses}
        fault={faults.addresses ?? null}
        hint="All of them, IPv4 and IPv6 ranges in CIDR notation, one a line. None means all addresses, which production refuses."
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
