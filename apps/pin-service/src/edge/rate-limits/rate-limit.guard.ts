import { Injectable, type ExecutionContext } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import type { LimitName } from '#libs/errors';
import { ZONE, type ZoneName } from '../routes/declarations.js';
import { rateLimited } from './rate-limited.js';

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
 * Counts a request against its client, its card and its source address, after the caller is known and before anything
 * is read or asked of the database. Probes and metrics are not limited.
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
