import { problemOf } from './problem.js';
import { bodyOf, reach } from './reach.js';
import { readSession, sessionState, sessionWasUsed } from './session.js';

/** One call; once more where the session has got another CSRF token meanwhile, under the same request id. */
export async function send(request: Request): Promise<Response> {
  const again = request.clone();
  const response = await sendOnce(request);
  if (response.status !== 403 || request.method === 'GET') return response;
  if (problemOf(await bodyOf(response.clone()), 403, null).code !== 'CSRF_TOKEN_INVALID') return response;
  await readSession();
  return await sendOnce(again);
}

async function sendOnce(request: Request): Promise<Response> {
  const { session } = sessionState();
  if (request.method !== 'GET') {
    if (session !== null) request.headers.set('X-CSRF-Token', session.csrf_token);
    if (!request.headers.has('X-Request-ID')) request.headers.set('X-Request-ID', crypto.randomUUID());
  }
  const response = await reach(request);
  if (response.status !== 401) sessionWasUsed();
  return response;
}
