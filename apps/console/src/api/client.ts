import createClient from 'openapi-fetch';
import { problemIn } from './problem.js';
import type { components, paths } from './schema.js';
import { send } from './send.js';
import { sessionHasEnded } from './session.js';

export type Schemas = components['schemas'];

/** Every call of the contract, with the types of docs/openapi. Wrap each in `answered`. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: send });

/** The body of an answer. @throws Problem */
export async function answered<Body>(
  call: Promise<{ readonly data?: Body; readonly error?: unknown; readonly response: Response }>,
): Promise<Body> {
  const { data, error, response } = await call;
  if (response.ok) return data as Body;
  const problem = problemIn(response, error);
  if (problem.isSessionOver) sessionHasEnded();
  throw problem;
}

/** Header of a call that has an effect; `requestId` is that of the intention (`useIntention`). */
export function under(requestId: string) {
  return { headers: { 'X-Request-ID': requestId } } as const;
}
