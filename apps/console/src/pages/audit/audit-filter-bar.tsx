import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.js';
import { TextField } from '../../components/field.js';
import { given } from '../../search.js';
import { AUDIT_FILTERS, faultsOf, type FilterValues } from './filters.js';

/** Narrows the list; what is asked for is in the address. */
export function AuditFilterBar({ values }: { readonly values: FilterValues }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(values);
  const [faults, setFaults] = useState<FilterValues>({});
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const found = faultsOf(typed);
    setFaults(found);
    if (Object.keys(found).length === 0) void navigate({ to: '/audit', search: given(typed) });
  };
  return (
    <form className="filters" role="search" onSubmit={submit} noValidate>
      {AUDIT_FILTERS.map(({ name, label }) => (
        <TextField
          key={name}
          label={label}
          name={name}
          value={typed[name] ?? ''}
          fault={faults[name] ?? null}
          onChange={(event) => setTyped({ ...typed, [name]: event.target.value.trim() })}
        />
      ))}
      <div className="actions">
        <Button type="submit">Filter</Button>
        {Object.keys(values).length > 0 && (
          <Button kind="quiet" onClick={() => void navigate({ to: '/audit', search: {} })}>
            Show all
          </Button>
        )}
      </div>
    </form>
  );
}
