import { useDraft } from '../../api/draft.js';
import { KEY_KINDS, useKeysDraft } from './keys-fields.js';
import type { ClientFields } from './new-client-rules.js';

export interface ClientDraft {
  readonly fields: ClientFields;
  readonly change: (fields: Partial<ClientFields>) => void;
  /** For when it was sent. */
  readonly forget: () => void;
}

/** What was typed of a new client. It outlives a login that was too old. */
export function useClientDraft(): ClientDraft {
  const [clientId, setClientId, forgetClientId] = useDraft('client:id');
  const [kind, setKind, forgetKind] = useDraft('client:kind', 'card-app');
  const [scopes, setScopes, forgetScopes] = useDraft('client:scopes');
  const [person, setPerson, forgetPerson] = useDraft('client:person');
  const [addresses, setAddresses, forgetAddresses] = useDraft('client:addresses');
  const [rate, setRate, forgetRate] = useDraft('client:rate');
  const [proof, setProof, forgetProof] = useDraft('client:proof', 'secret');
  const [keys, setKeys, forgetKeys] = useKeysDraft('client:keys');
  const [, , forgetReason] = useDraft('create-client');
  return {
    fields: {
      clientId,
      kind: kind === 'operator' ? 'operator' : 'card-app',
      scopes: scopes.split(' ').filter((scope) => scope !== ''),
      person,
      addresses,
      rate,
      proof: KEY_KINDS.find(([known]) => known === proof)?.[0] ?? 'secret',
      keys,
    },
    change: (next) => {
      if (next.clientId !== undefined) setClientId(next.clientId);
      if (next.kind !== undefined) setKind(next.kind);
      if (next.scopes !== undefined) setScopes(next.scopes.join(' '));
      if (next.person !== undefined) setPerson(next.person);
      if (next.addresses !== undefined) setAddresses(next.addresses);
      if (next.rate !== undefined) setRate(next.rate);
      if (next.proof !== undefined) setProof(next.proof);
      if (next.keys !== undefined) setKeys(next.keys);
    },
    forget: () => {
      forgetClientId();
      forgetKind();
      forgetScopes();
      forgetPerson();
      forgetAddresses();
      forgetRate();
      forgetProof();
      forgetKeys();
      forgetReason();
    },
  };
}
