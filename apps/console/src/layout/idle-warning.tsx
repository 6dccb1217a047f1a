import { useEffect, useState } from 'react';
import { asProblem } from '../api/problem.js';
import { readSession, sessionHasEnded, sessionState, signIn } from '../api/session.js';
import { Confirm, fetchConfirm } from '../components/confirm.js';
import { leftOf, WARN_MS, type Left } from './left.js';

/** A minute before the session ends it asks whether somebody is there. */
export function IdleWarning() {
  const [left, setLeft] = useState<Left>({ ms: Infinity, extendable: true });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ReturnType<typeof asProblem> | null>(null);

  useEffect(() => {
    const timer = window.setInterval(() => {
      const now = leftOf(sessionState(), Date.now());
      if (now.ms <= 0) sessionHasEnded();
      setLeft(now);
    }, 1000);
    const fetching = window.setTimeout(fetchConfirm, 3000);
    return () => {
      window.clearInterval(timer);
      window.clearTimeout(fetching);
    };
  }, []);

  const stay = () => {
    if (!left.extendable) return signIn({ fresh: true });
    setBusy(true);
    setProblem(null);
    readSession()
      .then(() => setLeft(leftOf(sessionState(), Date.now())))
      .catch((error: unknown) => setProblem(asProblem(error)))
      .finally(() => setBusy(false));
  };

  const open = left.ms > 0 && left.ms <= WARN_MS && !sessionState().ended;
  const [dismissed, setDismissed] = useState(false);
  if (!open && dismissed) setDismissed(false);
  return (
    <Confirm
      open={open && !dismissed}
      onClose={() => setDismissed(true)}
      title={left.extendable ? 'Are you still there?' : 'Your session ends'}
      action={left.extendable ? 'Stay signed in' : 'Sign in again'}
      busy={busy}
      problem={problem}
      onConfirm={stay}
    >
      <p>
        {left.extendable
          ? 'Nothing was done for a while. The session ends in less than a minute.'
          : 'A session does not last longer than this. It ends in less than a minute; what you have typed is kept.'}
      </p>
    </Confirm>
  );
}
