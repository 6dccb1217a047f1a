import { answered, under } from './client.js';
import { asProblem } from './problem.js';
import { bodyOf } from './reach.js';
import { send } from './send.js';
import { SESSION_ROUTES } from './session.js';
import { tabWasLeft } from './left-tab.js';

/** A session of the person, on whatever machine. */
export interface OwnSession {
  readonly session_id: string;
  readonly signed_in_at: string;
  readonly last_seen_at: string;
  readonly ends_at: string;
  readonly source_address: string;
  readonly user_agent: string;
  readonly current: boolean;
}

/** @throws Problem */
export async function listOwnSessions(): Promise<readonly OwnSession[]> {
  const answer = await answered(call('GET', `${SESSION_ROUTES}/sessions`));
  return (answer as { readonly sessions: readonly OwnSession[] }).sessions;
}

/** @throws Problem */
export async function endSession(sessionId: string, requestId: string): Promise<void> {
  await answered(call('POST', `${SESSION_ROUTES}/sessions/${encodeURIComponent(sessionId)}/end`, requestId));
}

/** Ends the session of this page, and leaves it. What was typed here is forgotten. @throws Problem */
export async function signOut(sessionId: string): Promise<void> {
  try {
    await endSession(sessionId, crypto.randomUUID());
  } catch (error) {
    // One that has ended already is what was asked for.
    if (!asProblem(error).isSessionOver) throw error;
  }
  sessionStorage.clear();
  tabWasLeft();
  window.location.assign('/console/signed-out');
}

async function call(method: 'GET' | 'POST', path: string, requestId?: string) {
  const headers = requestId === undefined ? {} : under(requestId).headers;
  const response = await send(new Request(path, { method, headers }));
  const body = await bodyOf(response);
  return response.ok ? { response, data: body } : { response, error: body };
}
