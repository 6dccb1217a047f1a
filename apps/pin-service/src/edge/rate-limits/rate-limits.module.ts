import { Global, Module, type DynamicModule, type ExecutionContext, type Provider } from '@nestjs/common';
import { ThrottlerModule, ThrottlerStorage, type ThrottlerOptions } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/schema.js';
import { addressKey } from '../addresses/source-address.js';
import { Counters, WINDOW_MS } from './counters.js';
import { LocalCounters } from './local-counters.js';
import { RedisCounters } from './redis-counters.js';
import { RefusalLimits } from './refusal-limits.js';
import { ThrottlerCounters } from './throttler-counters.js';

/** Limits of requests a minute (docs/rate-limits.md). */
@Global()
@Module({})
export class RateLimitsModule {
  static with(settings: Settings): DynamicModule {
    const counters: Provider = {
      provide: Counters,
      useFactory: () => {
        const local = new LocalCounters();
        return settings.REDIS_URL === undefined
          ? local
          : new RedisCounters(settings.REDIS_URL.reveal(), local);
      },
    };
    const refusals: Provider = {
      provide: RefusalLimits,
      inject: [Counters],
      useFactory: (shared: Counters) =>
        new RefusalLimits(shared, settings.RATE_LIMIT_FAILED_AUTHENTICATIONS_PER_MINUTE),
    };
    const storage: Provider = {
      provide: ThrottlerStorage,
      inject: [Counters],
      useFactory: (shared: Counters) => new ThrottlerCounters(shared),
    };
    return {
      module: RateLimitsModule,
      imports: [ThrottlerModule.forRoot({ throttlers: throttlers(settings) })],
      providers: [counters, refusals, storage],
      exports: [Counters, RefusalLimits, ThrottlerModule, ThrottlerStorage],
    };
  }
}

/** The widest first: an address that is over its limit is not counted against a client or a card. */
function throttlers(settings: Settings): ThrottlerOptions[] {
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
      getTracker: async (request) => {
        const { caller } = asRequest(request);
        return `${caller?.tenantId ?? ''}:${caller?.clientId ?? ''}`;
      },
    },
    {
      name: 'card',
      ttl: WINDOW_MS,
      limit: settings.RATE_LIMIT_CARD_PER_MINUTE,
      skipIf: (context) => cardOf(requestOf(context)) === undefined,
      getTracker: async (request) => {
        const { caller } = asRequest(request);
        return `${caller?.tenantId ?? ''}:${cardOf(asRequest(request)) ?? ''}`;
      },
    },
  ];
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** The throttler is not bound to one HTTP framework and types requests loosely. */
function asRequest(request: Record<string, unknown>): FastifyRequest {
  return request as unknown as FastifyRequest;
}

function cardOf({ caller, params }: FastifyRequest): string | undefined {
  return caller === undefined ? undefined : (params as { readonly cardId?: string }).cardId;
}
