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

/**
 * Ends the session of this page, and leaves it. What was typed here is forgotten.
 *
 * @param atProvider goes on to the identity provider, which is asked to end its login as well, where it offers that
 * @throws Problem
 */
export async function signOut(atProvider: boolean): Promise<void> {
  const next = await endThisSession(atProvider);
  sessionStorage.clear();
  tabWasLeft();
  window.location.assign(next);
}

/** @returns where the browser goes on */
async function endThisSession(atProvider: boolean): Promise<string> {
  try {
    const answer = await answered(
      call('POST', `${SESSION_ROUTES}/sign-out`, crypto.randomUUID(), { at_provider: atProvider }),
    );
    return (answer as { readonly continue_at: string }).continue_at;
  } catch (error) {
    // One that has ended already is what was asked for.
    if (!asProblem(error).isSessionOver) throw error;
    return '/console/signed-out';
  }
}

async function call(method: 'GET' | 'POST', path: string, requestId?: string, json?: unknown) {
  const headers = {
    ...(requestId === undefined ? {} : under(requestId).headers),
    ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  const content = json === undefined ? {} : { body: JSON.stringify(json) };
  const response = await send(new Request(path, { method, headers, ...content }));
  const body = await bodyOf(response);
  return response.ok ? { response, data: body } : { response, error: body };
}
