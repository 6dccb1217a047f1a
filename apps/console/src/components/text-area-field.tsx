import { useId, type ReactNode, type TextareaHTMLAttributes } from 'react';

interface TextAreaFieldProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value; read out with the field. */
  readonly fault?: string | null;
}

/** Some lines of text with their label, hint and fault. */
export function TextAreaField({ label, hint, fault = null, ...rest }: TextAreaFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea
        autoComplete="off"
        spellCheck={false}
        rows={3}
        {...rest}
        id={id}
        aria-describedby={`${id}-about`}
        aria-invalid={fault === null ? undefined : true}
      />
      <div id={`${id}-about`} className="field-about">
        {fault !== null && <p className="field-fault">{fault}</p>}
        {hint !== undefined && <p>{hint}</p>}
      </div>
    </div>
  );
}
