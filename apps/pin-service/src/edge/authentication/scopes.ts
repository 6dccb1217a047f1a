import { SetMetadata } from '@nestjs/common';

/** Every scope of the HTTP contract. Card-app and operator scopes are never held by one token. */
export const SCOPES = [
  'cards:read',
  'cards:write',
  'pin:set',
  'pin:validate',
  'pin:change',
  'pin:reset',
  'ops:read',
  'ops:unlock',
] as const;

export type Scope = (typeof SCOPES)[number];

export const ACCESS = Symbol('access');

/** What a route asks of its caller: nothing, or a token with at least one of these scopes. */
export type Access = { readonly open: true } | { readonly anyOf: readonly Scope[] };

/** The route needs a token that holds one of these scopes. */
export const RequireScope = (...anyOf: readonly Scope[]) => SetMetadata(ACCESS, { anyOf } satisfies Access);

/** The route is open: health only. A route that says neither is refused. */
export const OpenRoute = () => SetMetadata(ACCESS, { open: true } satisfies Access);
