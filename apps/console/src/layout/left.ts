import type { SessionState } from '../api/session.js';

export const WARN_MS = 60_000;

/** What is left of a session, and whether doing something makes it longer. */
export interface Left {
  readonly ms: number;
  readonly extendable: boolean;
}

export function leftOf(
  { session, ended, idleEnds, ends }: Omit<SessionState, 'isRehearsal'>,
  now: number,
): Left {
  if (session === null || ended) return { ms: Infinity, extendable: true };
  return { ms: Math.min(idleEnds, ends) - now, extendable: idleEnds < ends };
}
