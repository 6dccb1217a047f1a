import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Counters, NO_HITS, WINDOW_MS, type Count } from './counters.js';

/** Longer than any sound Redis takes: a request must not wait for a limit. */
const COMMAND_TIMEOUT_MS = 50;
const LONGEST_RECONNECT_PAUSE_MS = 1_000;
const PREFIX = 'pinward:limit:';

/** One round trip, and atomic: no window is left without an end. */
const HIT = `
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { hits, redis.call('PTTL', KEYS[1]) }`;

/**
 * Counts that all replicas share, in Redis or Valkey. While it is away each replica counts for itself: a limit that is
 * too generous for a while, never none.
 */
export class RedisCounters extends Counters implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisCounters.name);
  readonly #redis: Redis;
  #away = false;

  /** @param url redis:// or rediss://; a secret, as it may hold a password */
  constructor(
    url: string,
    private readonly local: Counters,
  ) {
    super();
    this.#redis = new Redis(url, {
      commandTimeout: COMMAND_TIMEOUT_MS,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_PAUSE_MS),
    });
    // Without a listener each lost connection would end the process; `remember` tells of it once.
    this.#redis.on('error', () => undefined);
  }

  override async hit(key: string): Promise<Count> {
    return await this.orLocal(
      async () => countOf(await this.#redis.eval(HIT, 1, PREFIX + key, WINDOW_MS)),
      () => this.local.hit(key),
    );
  }

  override async peek(key: string): Promise<Count> {
    return await this.orLocal(
      async () => {
        const hits = await this.#redis.get(PREFIX + key);
        return hits === null ? NO_HITS : { hits: Number(hits), leftMs: await this.#redis.pttl(PREFIX + key) };
      },
      () => this.local.peek(key),
    );
  }

  onApplicationShutdown(): void {
    this.#redis.disconnect();
  }

  private async orLocal(shared: () => Promise<Count>, local: () => Promise<Count>): Promise<Count> {
    try {
      const count = await shared();
      this.remember(false);
      return count;
    } catch {
      this.remember(true);
      return await local();
    }
  }

  /** One line for each outage and one for its end. */
  private remember(away: boolean): void {
    if (away === this.#away) return;
    this.#away = away;
    if (away) this.logger.warn('Redis does not answer: each replica limits for itself');
    else this.logger.log('Redis answers again: the replicas share their limits');
  }
}

function countOf(reply: unknown): Count {
  const [hits, leftMs] = reply as [number, number];
  return { hits, leftMs: Math.max(0, leftMs) };
}
