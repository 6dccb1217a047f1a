import { Problem } from '../api/problem.js';
import { readSession, sessionState, signIn } from '../api/session.js';

/** Before the first page: whose session is it? Without one the page goes to the login. @throws Problem */
export async function enterSession(): Promise<void> {
  if (sessionState().session !== null) return;
  try {
    await readSession();
  } catch (error) {
    if (!(error instanceof Problem) || !error.isSessionOver) throw error;
    signIn();
    // The browser is about to leave: nothing is to be shown in between.
    await new Promise(() => {});
  }
}
