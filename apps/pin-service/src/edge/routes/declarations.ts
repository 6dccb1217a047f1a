import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { Scope } from '#libs/api-clients';
import type { StoppableOperation } from '#libs/requests';

/** What a route says of itself. One that does not say who may call it, where, and what it answers keeps the service from starting. */

export const ACCESS = Symbol('access');

/** What a route asks of its caller: nothing, or a token with at least one of these scopes. No route takes just any token. */
export type Access = { readonly open: true } | { readonly anyOf: readonly Scope[] };

/** The route needs a token that holds one of these scopes. */
export const RequireScope = (...anyOf: readonly Scope[]) => SetMetadata(ACCESS, { anyOf } satisfies Access);

/** The route asks for no token. */
export const OpenRoute = () => SetMetadata(ACCESS, { open: true } satisfies Access);

/** Who a listener is for. Each zone can be bound to an address and port of its own (docs/network-zones.md). */
export const ZONES = ['card-apps', 'operators', 'internal'] as const;
export type ZoneName = (typeof ZONES)[number];

export const ZONE = Symbol('zone');

/** The zones of a controller's or a handler's routes. */
export const Zone = (...zones: readonly ZoneName[]) => SetMetadata(ZONE, zones);

export const STOPPABLE = Symbol('stoppable');

/** Which operation a route is, for operators who stop it. */
export const Stoppable = (operation: StoppableOperation) => SetMetadata(STOPPABLE, operation);

export const OPERATION = Symbol('operation');

/** What a reader of the API document learns of a route, besides what the code says itself. */
export interface Described {
  readonly summary: string;
  /** Body of each success, by status; null where it is no JSON. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
}

export const Operation = (summary: string, answers: Described['answers']) =>
  SetMetadata(OPERATION, { summary, answers } satisfies Described);
