import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Counters, WINDOW_MS, type Count } from './counters.js';

/** Longer than any sound Redis takes: a request must not wait for a limit. */
const ANSWER_WITHIN_MS = 50;
/** So long the start waits for a Redis that may be away. */
const CONNECT_WITHIN_MS = 1_000;
/** After so long without an answer the connection itself is given up and made anew. */
const SILENCE_MS = 5_000;
const LONGEST_RECONNECT_PAUSE_MS = 1_000;
const PROBE_PAUSE_MS = 1_000;

const PREFIX = 'pinward:limit:';

/** One round trip, and atomic: no window is left without an end. */
const HIT = `
local hits = redis.call('INCRBY', KEYS[1], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return { hits, left }`;

/**
 * Counts that all replicas share, in Redis or Valkey. While it is away each replica counts for itself: a limit that is
 * too generous for a while, never none. Once it is known to be away no request waits for it again; a probe finds out
 * when it is back.
 */
export class RedisCounters extends Counters implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisCounters.name);
  readonly #redis: Redis;
  #away = false;
  #nextProbeAt = 0;

  /** @param url redis:// or rediss://; a secret, as it may hold a password */
  static async open(url: string, local: Counters): Promise<RedisCounters> {
    const counters = new RedisCounters(url, local);
    await inTime(counters.#redis.connect(), CONNECT_WITHIN_MS).catch(() => counters.noteAway());
    return counters;
  }

  private constructor(
    url: string,
    private readonly local: Counters,
  ) {
    super();
    this.#redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      socketTimeout: SILENCE_MS,
      retryStrategy: (attempt) => Math.min(attempt * 50, LONGEST_RECONNECT_PAUSE_MS),
    });
    // Without a listener each lost connection would be printed, with its address.
    this.#redis.on('error', () => this.noteAway());
    this.#redis.on('ready', () => this.probe());
  }

  override async hit(key: string, by = 1): Promise<Count> {
    if (this.#away) {
      if (performance.now() >= this.#nextProbeAt) this.probe();
      return await this.local.hit(key, by);
    }
    try {
      return await this.ask(key, by);
    } catch {
      this.noteAway();
      return await this.local.hit(key, by);
    }
  }

  onApplicationShutdown(): void {
    this.#redis.disconnect();
  }

  private async ask(key: string, by = 1): Promise<Count> {
    const reply = await inTime(this.#redis.eval(HIT, 1, PREFIX + key, WINDOW_MS, by), ANSWER_WITHIN_MS);
    const [hits, leftMs] = reply as [number, number];
    return { hits, leftMs };
  }

  /** Asks what requests ask, since a Redis that answers PING may still refuse to write. */
  private probe(): void {
    this.#nextProbeAt = performance.now() + PROBE_PAUSE_MS;
    this.ask('probe').then(
      () => this.noteBack(),
      () => this.noteAway(),
    );
  }

  private noteAway(): void {
    if (this.#away) return;
    this.#away = true;
    this.#nextProbeAt = performance.now() + PROBE_PAUSE_MS;
    this.logger.warn('Redis does not answer: each replica limits for itself');
  }

  /** As loud as the warning, so that whoever saw the one sees the other. */
  private noteBack(): void {
    if (!this.#away) return;
    this.#away = false;
    this.logger.warn('Redis answers again: the replicas share their limits');
  }
}

/** Rejects when nothing has come in time. */
async function inTime<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  return await new Promise((resolve, reject) => {
    const late = () => reject(new Error('no answer in time'));
    // After a pause of this process timers run before the sockets are read: an answer that is there by then counts.
    const timer = setTimeout(() => setImmediate(late), withinMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
