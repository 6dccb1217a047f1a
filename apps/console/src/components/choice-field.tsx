import { useId, type ReactNode } from 'react';

interface ChoiceFieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | null;
  /** Value of each, what is read beside it, and whether it cannot be chosen now. */
  readonly options: readonly (readonly [value: string, word: ReactNode, disabled?: boolean])[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** Any number of a closed set, as boxes to tick. */
export function ChoiceField({ label, hint, fault = null, options, chosen, onChange }: ChoiceFieldProps) {
  const id = useId();
  const toggle = (value: string, on: boolean) =>
    onChange(
      options.map(([known]) => known).filter((known) => (known === value ? on : chosen.includes(known))),
    );
  return (
    <div className="field">
      <fieldset className="choices" aria-describedby={`${id}-about`}>
        <legend>{label}</legend>
        {options.map(([value, word, disabled]) => (
          <label key={value}>
            <input
              type="checkbox"
              checked={chosen.includes(value)}
              disabled={disabled === true}
              onChange={(event) => toggle(value, event.target.checked)}
            />
            <span>{word}</span>
          </label>
        ))}
      </fieldset>
      <div id={`${id}-about`} className="field-about">
        {fault !== null && <p className="field-fault">{fault}</p>}
        {hint !== undefined && <p>{hint}</p>}
      </div>
    </div>
  );
}
