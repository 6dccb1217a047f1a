import { useSyncExternalStore } from 'react';
import { problemIn } from './problem.js';
import { bodyOf, reach } from './reach.js';

/** What belongs to the browser's session is below this, and no part of the REST contract. */
export const SESSION_ROUTES = '/console';

/** `GET /console/session`. Times are RFC 3339. */
export interface Session {
  readonly session_id: string;
  readonly subject: string;
  readonly name: string | null;
  readonly tenant_id: string;
  readonly scopes: readonly string[];
  readonly csrf_token: string;
  readonly signed_in_at: string;
  readonly fresh_until: string;
  readonly idle_ends_at: string;
  readonly ends_at: string;
  /** Whether the identity provider can be asked to end its login as well. */
  readonly provider_logout: boolean;
}

/** The session as this page knows it. `ended`: it was there, and is over; the page stays as it is. */
export interface SessionState {
  readonly session: Session | null;
  readonly ended: boolean;
  /** No production: the token may be in software. */
  readonly isRehearsal: boolean;
  /** By the clock of this machine, in milliseconds. Each answer moves `idleEnds`. */
  readonly idleEnds: number;
  readonly ends: number;
}

const NONE: SessionState = {
  session: null,
  ended: false,
  isRehearsal: false,
  idleEnds: Infinity,
  ends: Infinity,
};

let state = NONE;
let idleMs = Infinity;
const listeners = new Set<() => void>();
/** Other tabs of the same session: what one of them does keeps the session of all. */
const tabs = typeof window === 'undefined' ? null : new BroadcastChannel('pinward-console');

export function sessionState(): SessionState {
  return state;
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribe, sessionState);
}

/** The session of a page that is shown only within one. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (session === null) throw new Error('A page outside of a session asked for it');
  return session;
}

/** Does the person hold one of these scopes? */
export function useMay(...scopes: readonly string[]): boolean {
  const { session } = useSessionState();
  return session !== null && scopes.some((scope) => session.scopes.includes(scope));
}

/** Reads the session anew, which also keeps it from ending idle. @throws Problem */
export async function readSession(): Promise<Session> {
  const response = await reach(`${SESSION_ROUTES}/session`);
  const body = await bodyOf(response);
  if (!response.ok || body === null) throw problemIn(response, body);
  const session = body as Session;
  if (state.session !== null && !isSamePerson(state.session, session)) {
    // Somebody else has signed in with this browser: nothing of the first person's may stay on the page, or be sent.
    window.location.reload();
    await new Promise(() => {});
  }
  const skew = clockSkew(response.headers.get('date'), Date.now());
  const ends = Date.parse(session.ends_at) - skew;
  const idleEnds = Date.parse(session.idle_ends_at) - skew;
  idleMs = idleEnds - Date.now();
  const isRehearsal = response.headers.get('pinward-environment') === 'rehearsal';
  change({ session, ended: false, isRehearsal, idleEnds, ends });
  tell(session, idleEnds);
  return session;
}

/** The service has answered within the session, which moves its idle end. */
export function sessionWasUsed(): void {
  const { session } = state;
  if (session === null) return;
  if (state.ended) {
    // It goes on after all: the person has signed in again in another tab. Until that was read, it is over.
    readSession().catch(() => undefined);
    return;
  }
  const idleEnds = Math.min(Date.now() + idleMs, state.ends);
  state = { ...state, idleEnds };
  tell(session, idleEnds);
}

export function sessionHasEnded(): void {
  if (!state.ended) change({ ...state, ended: true });
}

/** How far the server's clock is ahead of this one, in ms; header `Date` has whole seconds, so less than two mean nothing. */
export function clockSkew(date: string | null, now: number): number {
  const server = date === null ? Number.NaN : Date.parse(date);
  return Number.isNaN(server) || Math.abs(server - now) < 2000 ? 0 : server - now;
}

/** Where a person signs in, and comes back from to this place. `fresh`: also where a session is there. */
export function loginAddress(place: string, fresh: boolean): string {
  const query = new URLSearchParams({ return_to: place, ...(fresh ? { fresh: 'true' } : {}) });
  return `/console/login?${query}`;
}

export function signIn({ fresh = false } = {}): void {
  window.location.assign(loginAddress(window.location.pathname + window.location.search, fresh));
}

function isSamePerson(one: Session, other: Session): boolean {
  return one.subject === other.subject && one.tenant_id === other.tenant_id;
}

function change(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

interface Told {
  readonly sessionId: string;
  readonly idleEnds: number;
}

function tell({ session_id: sessionId }: Session, idleEnds: number): void {
  tabs?.postMessage({ sessionId, idleEnds } satisfies Told);
}

tabs?.addEventListener('message', ({ data: { sessionId, idleEnds } }: MessageEvent<Told>) => {
  if (state.session === null) return;
  if (state.session.session_id === sessionId)
    state = { ...state, idleEnds: Math.max(state.idleEnds, idleEnds) };
  // Another session goes on in this browser. Whose is it? Until that was read, changes are refused: the CSRF token is the old one.
  else readSession().catch(() => undefined);
});
