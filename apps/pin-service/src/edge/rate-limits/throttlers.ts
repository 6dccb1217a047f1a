import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { isCardId } from '../../cards/card-id.js';
import type { Settings } from '../../config/schema.js';
import { addressKey } from '../addresses/source-address.js';
import { WINDOW_MS } from './counters.js';

/** What is limited. The widest first: an address that is over its limit is not counted against a client or a card. */
export function throttlers(settings: Settings): ThrottlerOptions[] {
  return [
    {
      name: 'address',
      ttl: WINDOW_MS,
      limit: settings.RATE_LIMIT_ADDRESS_PER_MINUTE,
      getTracker: async (request) => addressKey(asRequest(request).sourceAddress),
    },
    {
      name: 'client',
      ttl: WINDOW_MS,
      limit: (context) =>
        requestOf(context).caller?.requestsPerMinute ?? settings.RATE_LIMIT_CLIENT_PER_MINUTE,
      skipIf: (context) => requestOf(context).caller === undefined,
      getTracker: async (request) => trackerOf(asRequest(request), ({ caller }) => caller?.clientId),
    },
    {
      name: 'card',
      ttl: WINDOW_MS,
      limit: settings.RATE_LIMIT_CARD_PER_MINUTE,
      skipIf: (context) => cardOf(requestOf(context)) === undefined,
      getTracker: async (request) => trackerOf(asRequest(request), cardOf),
    },
  ];
}

/** Something of a tenant's, so written that no two tenants meet: their names may hold any character. */
function trackerOf(request: FastifyRequest, part: (request: FastifyRequest) => string | undefined): string {
  return JSON.stringify([request.caller?.tenantId, part(request)]);
}

/** What cannot be a card's id is not counted: it reaches no card, and keys stay short. */
function cardOf({ caller, params }: FastifyRequest): string | undefined {
  const { cardId } = params as { readonly cardId?: string };
  return caller !== undefined && cardId !== undefined && isCardId(cardId) ? cardId : undefined;
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** The throttler is not bound to one HTTP framework and types requests loosely. */
function asRequest(request: Record<string, unknown>): FastifyRequest {
  return request as unknown as FastifyRequest;
}
