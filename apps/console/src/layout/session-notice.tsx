import { signIn, useSessionState } from '../api/session.js';
import { Button } from '../components/button.js';

/** The session is over; the page stays, so that nothing that was read or typed is lost. */
export function SessionNotice() {
  const { ended } = useSessionState();
  if (!ended) return null;
  return (
    <div className="notice notice-warning" role="alert">
      <span>
        Your session has ended. What is shown may be out of date, and nothing can be done here until you sign
        in.
      </span>{' '}
      <Button kind="primary" onClick={() => signIn()}>
        Sign in
      </Button>
    </div>
  );
}
