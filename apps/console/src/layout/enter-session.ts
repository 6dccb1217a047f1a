import { isLeft, tabIsUsed } from '../api/left-tab.js';
import { Problem } from '../api/problem.js';
import { readSession, sessionState, signIn } from '../api/session.js';

const SENT_AT = 'login-sent-at';

/** A login that comes back so soon without a session would come back so for ever. */
const LOOP_MS = 15_000;

/** Before the first page: whose session is it? Without one the page goes to the login. @throws Problem */
export async function enterSession(): Promise<void> {
  if (sessionState().session !== null) return;
  try {
    await readSession();
    sessionStorage.removeItem(SENT_AT);
    tabIsUsed();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'SCOPE_MISSING') window.location.replace('/console/signed-out?reason=no_rights');
    else if (error.isSessionOver && isLeft()) window.location.replace('/console/signed-out');
    else if (error.isSessionOver && !isLoop(Date.now())) signIn();
    else throw error;
    // The browser is about to leave: nothing is to be shown in between.
    await new Promise(() => {});
  }
}

function isLoop(now: number): boolean {
  const sentAt = Number(sessionStorage.getItem(SENT_AT) ?? Number.NaN);
  sessionStorage.setItem(SENT_AT, String(now));
  return now - sentAt < LOOP_MS;
}
