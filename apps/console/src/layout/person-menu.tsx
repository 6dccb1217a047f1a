import { Menu } from '@base-ui/react/menu';
import { Link } from '@tanstack/react-router';
import { signOut } from '../api/console-calls.js';
import { asProblem, type Problem } from '../api/problem.js';
import { useSession } from '../api/session.js';
import { UntrustedText } from '../components/untrusted-text.js';
import { useState } from 'react';
import { askForHelp } from './help.js';
import { Dialog } from '../components/dialog.js';
import { ProblemBox } from '../components/problem-box.js';

/** Who is signed in, and what is theirs. */
export function PersonMenu() {
  const { session_id: sessionId, name, subject } = useSession();
  const [problem, setProblem] = useState<Problem | null>(null);
  const leave = () => {
    signOut(sessionId).catch((error: unknown) => setProblem(asProblem(error)));
  };
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className="person">
          <UntrustedText>{name ?? subject}</UntrustedText>
          <span className="caret" aria-hidden="true" />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner align="end" sideOffset={6}>
            <Menu.Popup className="menu">
              <Menu.Item className="menu-item" render={<Link to="/sessions" />}>
                Your sessions
              </Menu.Item>
              <Menu.Item className="menu-item" onClick={askForHelp}>
                Keyboard shortcuts
              </Menu.Item>
              <Menu.Item className="menu-item" onClick={leave}>
                Sign out
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      <Dialog open={problem !== null} onClose={() => setProblem(null)} title="You are still signed in">
        {problem !== null && <ProblemBox problem={problem} />}
      </Dialog>
    </>
  );
}
