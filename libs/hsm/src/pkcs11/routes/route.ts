import { refusalOf } from '../ckr.js';
import type { AttributeName } from '../constants.js';

/** One way in which whoever holds a session might take a PIN, or something to search for it offline, out of the module. */
export interface Route {
  /** The mechanism, or how the key was made. */
  readonly name: string;
  /** Its success is the finding. @throws the module's refusal */
  readonly attempt: () => unknown;
  /** The same with a key that may: a refusal counts only where this succeeds. @throws the module's refusal */
  readonly control: () => unknown;
  /** Whether the token says that it offers this at all. */
  readonly isOffered: () => boolean;
}

/** Routes that one attribute of one key has to close. */
export interface RouteGroup {
  /** What is tried, for a person. */
  readonly name: string;
  /** Of which key. */
  readonly of: 'transport key' | 'wrapping key' | 'PIN object';
  readonly attribute: AttributeName;
  readonly routes: readonly Route[];
}

type RouteOutcome =
  | { readonly outcome: 'open' }
  /** Refused, and done with a key that may. */
  | { readonly outcome: 'closed'; readonly answer: string }
  /** Refused to every key, which proves nothing of this one. */
  | { readonly outcome: 'unknown'; readonly reason: string; readonly isOffered: boolean };

function outcomeOf({ attempt, control, isOffered }: Route): RouteOutcome {
  const answer = refusalOf(attempt);
  if (answer === null) return { outcome: 'open' };
  const refused = refusalOf(control);
  if (refused === null) return { outcome: 'closed', answer };
  return { outcome: 'unknown', reason: refused, isOffered: isOffered() };
}

export interface GroupOutcome {
  readonly verdict: 'open' | 'closed' | 'unknown';
  /** Whether the token says that it offers something of what was refused to every key. */
  readonly isOffered: boolean;
  /** What was seen, for a person. */
  readonly detail: string;
}

/**
 * All routes of a group together. One open route is enough; to be closed, each that the token offers must be, and one at
 * least.
 */
export function tryGroup({ routes }: RouteGroup): GroupOutcome {
  const tried = routes.map((route) => ({ name: route.name, ...outcomeOf(route) }));
  const open = tried.filter(({ outcome }) => outcome === 'open');
  if (open.length > 0) return { verdict: 'open', isOffered: true, detail: `done: ${listed(open)}` };
  const closed = tried.filter((each) => each.outcome === 'closed');
  const unknown = tried.filter((each) => each.outcome === 'unknown');
  const refused = closed.map(({ name, answer }) => `${name} (${answer})`).join(', ');
  const words = unknown.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  const parts = [
    ...(closed.length > 0 ? [`refused, and done with a key that may: ${refused}`] : []),
    ...(unknown.length > 0 ? [`refused to every key: ${words}`] : []),
  ];
  const isOffered = unknown.some((each) => each.isOffered);
  const verdict = closed.length > 0 && !isOffered ? 'closed' : 'unknown';
  return { verdict, isOffered, detail: parts.join('; ') || 'the token lists none' };
}

/** The attempts alone, where controls would take long: only an open route says something then. */
export function openRoutes({ routes }: RouteGroup): readonly string[] {
  return routes.filter(({ attempt }) => refusalOf(attempt) === null).map(({ name }) => name);
}

function listed(routes: readonly { readonly name: string }[]): string {
  return routes.map(({ name }) => name).join(', ');
}
