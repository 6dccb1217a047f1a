import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../../components/button.js';
import { TextField } from '../../components/field.js';
import { formatUtc } from '../../components/format.js';
import { given, momentOf } from '../../search.js';
import {
  AUDIT_FILTERS,
  faultsOf,
  localMoment,
  QUICK_RANGES,
  typedMoment,
  type FilterValues,
} from './filters.js';

/** Narrows the list; what is asked for is in the address. */
export function AuditFilterBar({ values }: { readonly values: FilterValues }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState(values);
  const [faults, setFaults] = useState<FilterValues>({});
  const search = (wanted: FilterValues) => {
    const found = faultsOf(wanted);
    setFaults(found);
    if (Object.keys(found).length === 0) void navigate({ to: '/audit', search: given(wanted) });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    search(typed);
  };
  const { to: _to, ...rest } = typed;
  return (
    <>
      <form className="filters" role="search" onSubmit={submit} noValidate>
        {AUDIT_FILTERS.map(({ name, label }) => (
          <FilterField
            key={name}
            name={name}
            label={label}
            value={typed[name]}
            fault={faults[name] ?? null}
            onChange={(value) => setTyped({ ...typed, [name]: value })}
          />
        ))}
        <div className="actions">
          <Button type="submit" kind="primary">
            Filter
          </Button>
          {Object.keys(values).length > 0 && (
            <Button kind="quiet" onClick={() => void navigate({ to: '/audit', search: {} })}>
              Show all
            </Button>
          )}
        </div>
      </form>
      <div className="actions" role="group" aria-label="Ranges that end now">
        <span className="muted">The last</span>
        {QUICK_RANGES.map(([word, length]) => (
          <Button key={word} onClick={() => search({ ...rest, from: momentOf(Date.now() - length) })}>
            {word}
          </Button>
        ))}
      </div>
    </>
  );
}

interface FilterFieldProps {
  readonly name: (typeof AUDIT_FILTERS)[number]['name'];
  readonly label: string;
  readonly value: string | undefined;
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
}

/** Moments are typed in the viewer's zone. */
function FilterField({ name, label, value, fault, onChange }: FilterFieldProps) {
  if (name !== 'from' && name !== 'to')
    return (
      <TextField
        label={label}
        name={name}
        value={value ?? ''}
        fault={fault}
        onChange={(event) => onChange(event.target.value.trim())}
      />
    );
  const time = Date.parse(value ?? '');
  return (
    <TextField
      type="datetime-local"
      step={1}
      label={label}
      name={name}
      value={localMoment(value)}
      fault={fault}
      hint={Number.isNaN(time) ? 'In your time zone' : formatUtc(time)}
      onChange={(event) => onChange(typedMoment(event.target.value))}
    />
  );
}
