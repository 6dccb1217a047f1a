import { SetMetadata } from '@nestjs/common';
import type { Scope } from '#libs/api-clients';

export const ACCESS = Symbol('access');

/** What a route asks of its caller: nothing, or a token with at least one of these scopes. No route takes just any token. */
export type Access = { readonly open: true } | { readonly anyOf: readonly Scope[] };

/** The route needs a token that holds one of these scopes. */
export const RequireScope = (...anyOf: readonly Scope[]) => SetMetadata(ACCESS, { anyOf } satisfies Access);

/** The route asks for no token. A route that says neither keeps the service from starting. */
export const OpenRoute = () => SetMetadata(ACCESS, { open: true } satisfies Access);
