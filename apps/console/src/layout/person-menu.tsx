import { useRef, useState } from 'react';
import { signOut } from '../api/console-calls.js';
import { asProblem, type Problem } from '../api/problem.js';
import { useSession } from '../api/session.js';
import { Dialog } from '../components/dialog.js';
import { ProblemBox } from '../components/problem-box.js';
import { UntrustedText } from '../components/untrusted-text.js';
import { whenOpened } from '../components/when-opened.js';
import type { PersonMenuPopupProps } from './person-menu-popup.js';

const Popup = whenOpened<PersonMenuPopupProps>(() => import('./person-menu-popup.js'));

/** Who is signed in, and what is theirs. */
export function PersonMenu() {
  const { name, subject, provider_logout: offersLogout } = useSession();
  const trigger = useRef<HTMLButtonElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const leave = (atProvider: boolean) => {
    signOut(atProvider).catch((error: unknown) => setProblem(asProblem(error)));
  };
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className="person"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? 'person-menu' : undefined}
        onClick={() => setOpen(!open)}
      >
        <UntrustedText>{name ?? subject}</UntrustedText>
        <span className="caret" aria-hidden="true" />
      </button>
      <div ref={place} className="menu-ground" />
      <Popup
        open={open}
        onOpenChange={setOpen}
        anchor={trigger}
        place={place}
        onLeave={() => leave(true)}
        onLeaveHere={offersLogout ? () => leave(false) : null}
      />
      <Dialog open={problem !== null} onClose={() => setProblem(null)} title="You are still signed in">
        {problem !== null && <ProblemBox problem={problem} />}
      </Dialog>
    </>
  );
}
