import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import type { StoppableOperation } from '#libs/requests';
import { StartRefused } from '../../start-refused.js';
import { z } from 'zod';
import {
  OPERATION,
  STOPPABLE,
  ZONE,
  type Described,
  type ZoneName,
  ACCESS,
  FRESH_LOGIN,
  type Access,
} from './declarations.js';

export interface Route {
  /** "GET" */
  readonly method: string;
  /** As it was registered: "/v1/cards/:cardId" */
  readonly path: string;
  /** "CardsController.read" */
  readonly handler: string;
  readonly access: Access;
  readonly zones: readonly ZoneName[];
  /** For the API document, which is not made where a route lacks it. */
  readonly described?: Described | 'undocumented' | undefined;
  /** The schemas of what is sent, where the handler names them. */
  readonly takes: { readonly body?: z.ZodType; readonly query?: z.ZodType };
  /** Whether a session at the console needs a login of the last minutes. */
  readonly freshLogin: boolean;
  /** The operation that operators can stop; null where they cannot. */
  readonly stoppable: StoppableOperation | null;
}

type Handler = (...args: never[]) => unknown;

/**
 * Every route of the application with who may call it and where. Deny by default: a route that does not say both
 * keeps the service from starting.
 *
 * @throws StartRefused naming each such handler
 */
export function readRouteTable(discovery: DiscoveryService, reflector: Reflector): readonly Route[] {
  const scanner = new MetadataScanner();
  const undeclared: string[] = [];
  const routes = discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const controller = metatype as Type;
    const prototype = controller.prototype as Record<string, Handler>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method =
        handler === undefined
          ? undefined
          : reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
      if (handler === undefined || method === undefined) return [];
      const access = reflector.getAllAndOverride<Access | undefined>(ACCESS, [handler, controller]);
      const zones = reflector.getAllAndOverride<readonly ZoneName[] | undefined>(ZONE, [handler, controller]);
      const named = `${controller.name}.${name}`;
      if (access === undefined || zones === undefined || zones.length === 0) {
        undeclared.push(named);
        return [];
      }
      const path = joined(
        reflector.get<string>(PATH_METADATA, controller),
        reflector.get<string>(PATH_METADATA, handler),
      );
      const described = reflector.get<Described | 'undocumented' | undefined>(OPERATION, handler);
      const stoppable = reflector.get<StoppableOperation | undefined>(STOPPABLE, handler) ?? null;
      const freshLogin = reflector.get<boolean | undefined>(FRESH_LOGIN, handler) ?? false;
      const takes = schemasOf(controller, name);
      return [
        {
          method: RequestMethod[method] ?? '',
          path,
          handler: named,
          access,
          zones,
          described,
          takes,
          freshLogin,
          stoppable,
        },
      ];
    });
  });
  if (undeclared.length > 0) {
    throw new StartRefused(
      `these routes do not say who may call them, or in which zone: ${undeclared.join(', ')}`,
    );
  }
  return routes;
}

/** Of the parameters that the framework fills from body and query. */
export function schemasOf(controller: Type, handler: string): Route['takes'] {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Readonly<Record<string, { readonly schema?: unknown }>> | undefined;
  const schemaOf = (kind: RouteParamtypes) => {
    const [, parameter] = Object.entries(parameters ?? {}).find(([key]) => key.startsWith(`${kind}:`)) ?? [];
    return parameter?.schema instanceof z.ZodType ? parameter.schema : undefined;
  };
  const [body, query] = [schemaOf(RouteParamtypes.BODY), schemaOf(RouteParamtypes.QUERY)];
  return { ...(body === undefined ? {} : { body }), ...(query === undefined ? {} : { query }) };
}

function joined(...parts: readonly string[]): string {
  const path = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${path.join('/')}`;
}
