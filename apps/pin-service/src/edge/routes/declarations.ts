import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { Scope } from '#libs/api-clients';
import type { ErrorCode } from '#libs/errors';
import type { StoppableOperation } from '#libs/requests';

/** What a route says of itself. One that does not say who may call it, where, and what it answers keeps the service from starting. */

export const ACCESS = Symbol('access');

/** What a route asks of its caller: nothing, or a token with at least one of these scopes. No route takes just any token. */
export type Access = { readonly open: true } | { readonly anyOf: readonly Scope[] };

/** The route needs a token that holds one of these scopes. */
export const RequireScope = (...anyOf: readonly Scope[]) => SetMetadata(ACCESS, { anyOf } satisfies Access);

/** The route asks for no token. */
export const OpenRoute = () => SetMetadata(ACCESS, { open: true } satisfies Access);

export const FRESH_LOGIN = Symbol('fresh login');

/** A person at the console must have signed in moments ago: a browser that was left open must not do this. */
export const FreshLogin = () => SetMetadata(FRESH_LOGIN, true);

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

/** What a reader of the API document learns of a route, besides what the code says itself (docs/adr/0048). */
export interface Described {
  readonly summary: string;
  /** Body of each success, by status; null where it is text. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** The codes it can end with, besides those that all routes of its kind share (openapi/problem-codes.ts). */
  readonly problems: readonly ErrorCode[];
  /** Markdown; what the summary does not say. */
  readonly description?: string;
  /** The body, where it is a form. */
  readonly form?: z.ZodType;
  /** Media types of a success that is a file to keep. */
  readonly files?: readonly string[];
  /** One line of the body, where that is lines of JSON. */
  readonly lines?: z.ZodType;
  /** Who shows a secret there says so by HTTP Basic or in the form; refusals of `oauth` are those of RFC 6749. */
  readonly clientSecret?: 'oauth' | 'problems';
  /** A client proves itself there with its key or certificate. */
  readonly clientKey?: true;
}

export const Operation = (
  summary: string,
  answers: Described['answers'],
  more: Partial<Omit<Described, 'summary' | 'answers'>> = {},
) => SetMetadata(OPERATION, { summary, answers, problems: [], ...more } satisfies Described);

/** Pages for people are no part of the contract. */
export const Undocumented = () => SetMetadata(OPERATION, 'undocumented' as const);
