import { useDraft } from '../../api/draft.js';
import type { Agreement } from './agreement.js';
import { fieldsOf, type ChangeFields } from './change-rules.js';

export interface ChangeDraft {
  readonly fields: ChangeFields;
  readonly change: (fields: Partial<ChangeFields>) => void;
  /** For when it was sent, or is left. */
  readonly forget: () => void;
}

/** What was typed of a change. It outlives a login that was too old. */
export function useChangeDraft(clientId: string, before: Agreement): ChangeDraft {
  const name = changeName(clientId);
  const present = fieldsOf(before);
  const [scopes, setScopes, forgetScopes] = useDraft(`${name}:scopes`, present.scopes.join(' '));
  const [addresses, setAddresses, forgetAddresses] = useDraft(`${name}:addresses`, present.addresses);
  const [rate, setRate, forgetRate] = useDraft(`${name}:rate`, present.rate);
  const [, , forgetReason] = useDraft(name);
  return {
    fields: { scopes: scopes.split(' ').filter((scope) => scope !== ''), addresses, rate },
    change: (next) => {
      if (next.scopes !== undefined) setScopes(next.scopes.join(' '));
      if (next.addresses !== undefined) setAddresses(next.addresses);
      if (next.rate !== undefined) setRate(next.rate);
    },
    forget: () => {
      forgetScopes();
      forgetAddresses();
      forgetRate();
      forgetReason();
    },
  };
}

/** Of the intention and of the draft of its reason. */
export function changeName(clientId: string): string {
  return `change-client:${clientId}`;
}
