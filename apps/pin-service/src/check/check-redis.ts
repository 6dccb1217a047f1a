import type { Settings } from '../config/schema.js';
import { LocalCounters } from '../edge/rate-limits/local-counters.js';
import { RedisCounters } from '../edge/rate-limits/redis-counters.js';
import type { Finding } from './finding.js';

/** A service starts without it, and limits each replica by itself. */
export async function checkRedis({ REDIS_URL, REDIS_TIMEOUT_MS }: Settings): Promise<readonly Finding[]> {
  const check = 'redis';
  if (REDIS_URL === undefined)
    return [{ check, result: 'ok', detail: 'REDIS_URL is not set: each replica limits for itself' }];
  const counters = await RedisCounters.open(REDIS_URL.reveal(), new LocalCounters(), REDIS_TIMEOUT_MS);
  const trouble = await counters.trouble();
  counters.onApplicationShutdown();
  return trouble === null
    ? [{ check, result: 'ok', detail: 'it counts' }]
    : [{ check, result: 'unreachable', detail: `${trouble}: each replica would limit for itself` }];
}
