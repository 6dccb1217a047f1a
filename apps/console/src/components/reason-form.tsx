import { useState, type SubmitEvent, type ReactNode } from 'react';
import { useDraft } from '../api/draft.js';
import type { Intention } from '../api/intention.js';
import { Button } from './button.js';
import { TextField } from './field.js';
import { ProblemBox } from './problem-box.js';
import { faultOfReason } from './reason-rules.js';

interface ReasonFormProps {
  /** Of the draft, with what it is about: `unlock:<card id>`. */
  readonly name: string;
  /** What is done: the button says it. */
  readonly action: string;
  readonly danger?: boolean;
  readonly intention: Intention<string, unknown>;
  readonly children?: ReactNode;
}

/** A form that asks for a reason and does something. What was typed outlives a login that was too old. */
export function ReasonForm({ name, action, danger = false, intention, children }: ReasonFormProps) {
  const [reason, setReason] = useDraft(name);
  const [wasSent, setWasSent] = useState(false);
  const fault = faultOfReason(reason);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setWasSent(true);
    if (fault === null && !intention.running) intention.run(reason.trim());
  };
  return (
    <form className="form" onSubmit={submit} noValidate>
      {children}
      <TextField
        label="Reason"
        name="reason"
        required
        maxLength={400}
        value={reason}
        fault={wasSent ? fault : null}
        hint="For the audit trail, 5 to 200 characters. No card numbers, no names of cardholders."
        onChange={(event) => setReason(event.target.value)}
      />
      {intention.problem !== null && (
        <ProblemBox problem={intention.problem} onRetry={() => intention.run(reason.trim())} />
      )}
      <div className="actions">
        <Button type="submit" kind={danger ? 'danger' : 'primary'} busy={intention.running}>
          {action}
        </Button>
      </div>
    </form>
  );
}
