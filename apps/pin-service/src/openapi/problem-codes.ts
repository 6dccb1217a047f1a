import type { ErrorCode } from '#libs/errors';
import { CLIENT_PIN_OPERATIONS } from '#libs/requests';
import type { Described } from '../edge/routes/declarations.js';
import type { Route } from '../edge/routes/route-table.js';

/** A route whose handler is described. */
export interface DescribedRoute extends Route {
  readonly described: Described;
}

/** Of whatever reaches a route: its head, its query, a fault of ours. */
const ALWAYS: readonly ErrorCode[] = [
  'REQUEST_INVALID',
  'REQUEST_TOO_LONG',
  'MEDIA_TYPE_UNSUPPORTED',
  'INTERNAL',
];
/** Every call is recorded, and none is answered that cannot be. */
const RECORDED: readonly ErrorCode[] = ['RATE_LIMITED', 'DATABASE_UNAVAILABLE'];
const WITH_TOKEN: readonly ErrorCode[] = [
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_BOUND',
  'DPOP_PROOF_INVALID',
  'DPOP_NONCE_REQUIRED',
  'SCOPE_MISSING',
  'ADDRESS_NOT_ALLOWED',
  'CLIENT_SUSPENDED',
  'OPERATION_RATE_LIMITED',
  'HSM_UNAVAILABLE',
  'ISSUER_UNAVAILABLE',
];
/** Where a session at the console may stand for a token (docs/console.md). */
const WITH_SESSION: readonly ErrorCode[] = ['SESSION_ENDED', 'CSRF_TOKEN_INVALID'];
/** Of what has an effect, once for each request id. */
const ONCE: readonly ErrorCode[] = ['REQUEST_IN_PROGRESS', 'REQUEST_NOT_REPLAYABLE', 'REQUEST_ID_REUSED'];

/** Every code that a route can answer with: those of its kind, and its own. */
export function codesOf(route: DescribedRoute): readonly ErrorCode[] {
  const { described, method, path, access, stoppable } = route;
  const { clientSecret, problems } = described;
  const asksForToken = !('open' in access);
  const changes = method !== 'GET';
  const aboutCard = path.includes('/:cardId');
  return [
    ...ALWAYS,
    ...(isInternal(route) ? [] : RECORDED),
    ...(asksForToken ? WITH_TOKEN : []),
    ...(asksForToken && route.zones.includes('operators') ? WITH_SESSION : []),
    ...(route.freshLogin ? (['LOGIN_TOO_OLD'] as const) : []),
    ...(changes ? (['BODY_TOO_LARGE'] as const) : []),
    ...(changes && clientSecret !== 'oauth' ? ONCE : []),
    ...(aboutCard ? (['CARD_NOT_FOUND', 'CARD_RATE_LIMITED'] as const) : []),
    ...(stoppable !== null ? (['OPERATIONS_SUSPENDED'] as const) : []),
    ...(stoppable !== null && CLIENT_PIN_OPERATIONS.includes(stoppable) ? (['CLIENT_PAUSED'] as const) : []),
    ...(stoppable !== null && aboutCard ? (['CARD_FROZEN'] as const) : []),
    ...problems,
  ];
}

/** Where a proof of the caller's key may come along, answers have the nonce for the next one. */
export function takesProofs({ access, described }: Pick<DescribedRoute, 'access' | 'described'>): boolean {
  return !('open' in access) || described.clientSecret === 'oauth';
}

export function isInternal({ zones }: Pick<Route, 'zones'>): boolean {
  return zones.includes('internal');
}
