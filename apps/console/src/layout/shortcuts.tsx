import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useSession } from '../api/session.js';
import { Dialog } from '../components/dialog.js';
import { askForHelp, onHelp } from './help.js';
import { sectionsFor } from './sections.js';

/** So long may the second key of `g c` take. */
const SECOND_KEY_MS = 1500;

/** Keys of the whole console, and the help about them. None of them does anything but show a page. */
export function Shortcuts() {
  const { scopes } = useSession();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const went = useRef(-Infinity);
  const sections = sectionsFor(scopes);

  useEffect(() => onHelp(() => setOpen(true)), []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      const isSecond = event.timeStamp - went.current < SECOND_KEY_MS;
      went.current = event.key === 'g' ? event.timeStamp : -Infinity;
      if (event.key === '?') askForHelp();
      const section = isSecond ? sectionsFor(scopes).find(({ key }) => key === event.key) : undefined;
      if (section !== undefined) void navigate({ to: section.to });
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [navigate, scopes]);

  return (
    <Dialog open={open} onClose={() => setOpen(false)} title="Keyboard">
      <dl className="keys">
        <Keys keys={['?']} does="This help" />
        {sections.map(({ to, name, key }) => (
          <Keys key={to} keys={['g', key]} does={name} />
        ))}
        <Keys keys={['↑', '↓']} does="Rows of a list" />
        <Keys keys={['Home', 'End']} does="First and last row" />
        <Keys keys={['Enter']} does="Open the row" />
      </dl>
    </Dialog>
  );
}

function Keys({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </div>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, select, textarea, [role=menu], [role$=dialog]') !== null
  );
}
