import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import type { Problem } from '../api/problem.js';
import { Button } from './button.js';
import { ProblemBox } from './problem-box.js';

export interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** As a question: `Approve the unlock?` */
  readonly title: string;
  readonly children: ReactNode;
  /** What is done, on the button. */
  readonly action: string;
  readonly danger?: boolean;
  readonly busy: boolean;
  readonly problem: Problem | null;
  readonly onConfirm: () => void;
}

/** Asks before something is done that is not undone. It stays open until the answer is there; refusals are told in it. */
export default function ConfirmDialog(props: ConfirmProps) {
  const { open, onClose, title, children, action, danger = false, busy, problem, onConfirm } = props;
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && !busy && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />}>{children}</AlertDialog.Description>
          {problem !== null && <ProblemBox problem={problem} onRetry={onConfirm} />}
          <div className="actions">
            <Button onClick={onClose} busy={busy}>
              Cancel
            </Button>
            <Button kind={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
