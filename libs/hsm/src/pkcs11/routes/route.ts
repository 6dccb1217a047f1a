import { refusalOf } from '../ckr.js';
import type { AttributeName } from '../constants.js';

/**
 * One way in which an attacker with a session might take a PIN out of the module, or something to search for it
 * offline.
 */
export interface Route {
  /** The mechanism, or how the key was made. */
  readonly name: string;
  /** Its success is the finding. @throws the module's refusal */
  readonly attempt: () => unknown;
  /** The same with a key that is allowed to: a refusal counts only if this succeeds. @throws the module's refusal */
  readonly control: () => unknown;
  /** Whether the token says that it offers this. */
  readonly isOffered: () => boolean;
}

/** Routes that one attribute of one key has to close. */
export interface RouteGroup {
  /** What is tried, for a person. */
  readonly name: string;
  /** The key with that attribute. */
  readonly of: 'transport key' | 'wrapping key' | 'PIN object';
  readonly attribute: AttributeName;
  readonly routes: readonly Route[];
}

type RouteOutcome =
  | { readonly outcome: 'open' }
  /** Refused, and done with a key that is allowed to. */
  | { readonly outcome: 'closed'; readonly answer: string }
  /** Refused to every key, which proves nothing about this one. */
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
  /** Whether the token says that it offers one of the routes that it refused to every key. */
  readonly isOffered: boolean;
  /** What was seen, for a person. */
  readonly detail: string;
}

/**
 * All routes of a group together. One open route makes the group open. It is closed when every offered route is closed,
 * and at least one.
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

/** Only the attempts, where controls would take too long: then only an open route proves something. */
export function openRoutes({ routes }: RouteGroup): readonly string[] {
  return routes.filter(({ attempt }) => refusalOf(attempt) === null).map(({ name }) => name);
}

function listed(routes: readonly { readonly name: string }[]): string {
  return routes.map(({ name }) => name).join(', ');
}
