import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from 'react';

interface Labelled {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; read out with the field. */
  readonly fault?: string | null;
}

/** A line of text with its label, hint and fault. */
export function TextField({
  label,
  hint,
  fault = null,
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <input
        autoComplete="off"
        spellCheck={false}
        {...rest}
        id={id}
        aria-describedby={`${id}-about`}
        aria-invalid={fault === null ? undefined : true}
      />
    </Frame>
  );
}

interface SelectFieldProps extends Labelled, SelectHTMLAttributes<HTMLSelectElement> {
  /** Value and word of each. */
  readonly options: readonly (readonly [value: string, word: string])[];
}

/** One of a closed set: the browser's own control, which every keyboard and screen reader knows. */
export function SelectField({ label, hint, fault = null, options, ...rest }: SelectFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <select {...rest} id={id} aria-describedby={`${id}-about`}>
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </Frame>
  );
}

function Frame({
  id,
  label,
  hint,
  fault,
  children,
}: Labelled & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      <div id={`${id}-about`} className="field-about">
        {fault !== null && <p className="field-fault">{fault}</p>}
        {hint !== undefined && <p>{hint}</p>}
      </div>
    </div>
  );
}
