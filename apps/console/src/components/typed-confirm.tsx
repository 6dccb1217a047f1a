import { useState, type ReactNode } from 'react';
import type { Problem } from '../api/problem.js';
import { Confirm } from './confirm.js';
import { TextField } from './field.js';
import { UntrustedText } from './untrusted-text.js';

interface TypedConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly action: string;
  readonly busy: boolean;
  readonly problem: Problem | null;
  /** What has to be typed: the name of what is ended. */
  readonly word: string;
  readonly onConfirm: () => void;
}

/** As Confirm, for what cannot be undone: the person types its name first. */
export function TypedConfirm({ word, children, onConfirm, onClose, ...rest }: TypedConfirmProps) {
  const [typed, setTyped] = useState('');
  const [wasTried, setWasTried] = useState(false);
  const fits = typed.trim() === word;
  const close = () => {
    setTyped('');
    setWasTried(false);
    onClose();
  };
  const confirm = () => {
    setWasTried(true);
    if (fits) onConfirm();
  };
  return (
    <Confirm {...rest} danger onClose={close} onConfirm={confirm}>
      {children}
      <p>
        Type <UntrustedText>{word}</UntrustedText> to go on.
      </p>
      <TextField
        label="Name"
        value={typed}
        fault={wasTried && !fits ? 'This is not the name.' : null}
        onChange={(event) => setTyped(event.target.value)}
      />
    </Confirm>
  );
}
