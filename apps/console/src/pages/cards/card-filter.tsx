import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.js';
import { SelectField, TextField } from '../../components/field.js';
import { given } from '../../search.js';
import { STATUS_WORDS } from './card-badge.js';
import { chosenStatus, faultOfSearch, PIN_STATUSES, type CardsSearch, type SearchBy } from './search.js';

const BY = [
  ['reference', 'Reference'],
  ['last4', 'Last four digits'],
  ['id', 'Card id'],
] as const satisfies readonly (readonly [SearchBy, string])[];

const STATES = [
  ...PIN_STATUSES.map((status) => [status, STATUS_WORDS[status]] as const),
  ['any', 'Any'] as const,
];

/** What the list is of. It is kept in the address, so that it can be passed on and come back to. */
export function CardFilter({ search }: { readonly search: CardsSearch }) {
  const navigate = useNavigate();
  const [by, setBy] = useState<SearchBy>(search.last4 === undefined ? 'reference' : 'last4');
  const [value, setValue] = useState(search.card_ref ?? search.last4 ?? '');
  const [wasSent, setWasSent] = useState(false);
  const typed = value.trim();
  const fault = faultOfSearch(by, typed);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (fault !== null) return;
    if (by === 'id') void navigate({ to: '/cards/$cardId', params: { cardId: typed.toLowerCase() } });
    else
      void navigate({ to: '/cards', search: given({ [by === 'reference' ? 'card_ref' : 'last4']: typed }) });
  };
  const chooseState = (state: string) => {
    const { cursor: _cursor, ...rest } = search;
    void navigate({
      to: '/cards',
      search: { ...rest, pin_status: state as CardsSearch['pin_status'] & string },
    });
  };

  return (
    <search>
      <form className="filters" onSubmit={submit} noValidate>
        <SelectField
          label="Search by"
          options={BY}
          value={by}
          onChange={(event) => setBy(event.target.value as SearchBy)}
        />
        <TextField
          label={BY.find(([name]) => name === by)?.[1] ?? ''}
          name="find"
          value={value}
          fault={wasSent ? fault : null}
          inputMode={by === 'last4' ? 'numeric' : 'text'}
          onChange={(event) => setValue(event.target.value)}
        />
        <div className="actions">
          <Button type="submit" kind="primary">
            Search
          </Button>
        </div>
        <SelectField
          label="State"
          options={STATES}
          value={chosenStatus(search)}
          onChange={(event) => chooseState(event.target.value)}
        />
      </form>
    </search>
  );
}
