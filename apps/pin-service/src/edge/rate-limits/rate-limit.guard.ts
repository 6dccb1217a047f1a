import { Injectable, type ExecutionContext } from '@nestjs/common';
import {
  ThrottlerGuard,
  type ThrottlerRequest,
  type ThrottlerOptions,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LimitName } from '#libs/errors';
import { ZONE, type ZoneName } from '../routes/declarations.js';
import { isCardId } from '../requests/handlers.js';
import { addressKey } from '../requests/request-origin.js';
import type { Settings } from '../../config/schema.js';
import { WINDOW_MS, type Counters, rateLimited } from './counters.js';

/** Structured fields (RFC 9651) of draft-ietf-httpapi-ratelimit-headers-10: quota and window, rest and time left. */
const POLICY = 'RateLimit-Policy';
const LIMIT = 'RateLimit';

/** How a 429 names the limit of a policy. */
const LIMITS: Readonly<Record<string, LimitName>> = {
  address: 'address-requests',
  client: 'client-requests',
  card: 'card-requests',
};

/**
 * Counts a request against its client, its card and its source address, after the caller is known and before the body
 * is read or the database asked. Probes and metrics are not limited.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override async shouldSkip(execution: ExecutionContext): Promise<boolean> {
    const targets = [execution.getHandler(), execution.getClass()];
    const zones = this.reflector.getAllAndOverride<readonly ZoneName[] | undefined>(ZONE, targets);
    return zones?.includes('internal') ?? false;
  }

  protected override async handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, blockDuration, getTracker } = asked;
    const name = throttler.name ?? '';
    const tracker = await getTracker(context.switchToHttp().getRequest<Record<string, unknown>>(), context);
    const key = `${name}:${tracker}`;
    const count = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const { totalHits, timeToExpire, isBlocked } = count;
    append(reply, POLICY, `"${name}";q=${limit};w=${ttl / 1_000}`);
    append(reply, LIMIT, `"${name}";r=${Math.max(0, limit - totalHits)};t=${timeToExpire}`);
    if (isBlocked) throw rateLimited(timeToExpire * 1_000, LIMITS[name] ?? 'address-requests');
    return true;
  }
}

function append(reply: FastifyReply, name: string, item: string): void {
  const before = reply.getHeader(name);
  void reply.header(name, before === undefined ? item : `${String(before)}, ${item}`);
}

/** The limits, the widest first: a request over its address's limit is not counted against a client or a card. */
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

/** A key within a tenant, written so that no two tenants can have the same one: their names may hold any character. */
function trackerOf(request: FastifyRequest, part: (request: FastifyRequest) => string | undefined): string {
  return JSON.stringify([request.caller?.tenantId, part(request)]);
}

/** A text that cannot be a card id is not counted: it reaches no card, and keys stay short. */
function cardOf({ caller, params }: FastifyRequest): string | undefined {
  const { cardId } = params as { readonly cardId?: string };
  return caller !== undefined && cardId !== undefined && isCardId(cardId) ? cardId : undefined;
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** The throttler serves several HTTP frameworks and types requests loosely. */
function asRequest(request: Record<string, unknown>): FastifyRequest {
  return request as unknown as FastifyRequest;
}

type Recorded = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The counters in the throttler's interface; times in seconds. There is no ban after the window. */
export class ThrottlerCounters implements ThrottlerStorage {
  constructor(private readonly counters: Counters) {}

  async increment(key: string, _ttl: number, limit: number): Promise<Recorded> {
    const { hits, leftMs } = await this.counters.hit(key);
    const left = Math.ceil(leftMs / 1_000);
    return { totalHits: hits, timeToExpire: left, isBlocked: hits > limit, timeToBlockExpire: left };
  }
}
