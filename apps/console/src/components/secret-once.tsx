import { useState } from 'react';
import { Button } from './button.js';
import { Notice } from './facts.js';

interface SecretOnceProps {
  /** What it is: `Client secret`. */
  readonly label: string;
  readonly secret: string;
  /** The person has it; the page forgets it (`intention.reset`). */
  readonly onDone: () => void;
}

/** A secret that is shown once. It is nowhere but in this page, and gone with it. */
export function SecretOnce({ label, secret, onDone }: SecretOnceProps) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = () => {
    navigator.clipboard.writeText(secret).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  };
  return (
    <Notice tone="warning">
      <p>
        <strong>{label}</strong>: it is shown this once. Put it where it is used before you leave this page.
      </p>
      <p>
        <code className="secret">{secret}</code>
      </p>
      <div className="actions">
        <Button onClick={copy}>Copy</Button>
        <Button kind="primary" onClick={onDone}>
          I have it
        </Button>
        <span role="status">{COPIED[copied]}</span>
      </div>
    </Notice>
  );
}

const COPIED = {
  no: '',
  yes: 'Copied',
  failed: 'The browser refused. Select the text and copy it.',
} as const;
