import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis } from 'ioredis';
import { AWAY, ELSEWHERE, redisReason } from './redis-reasons.js';
import { Counters, WINDOW_MS, type Count, type Taken } from './counters.js';

/** Longer than a sound Redis takes: a request must not wait for a limit. */
const ANSWER_WITHIN_MS = 50;
/** The start waits at most so long for Redis. */
const CONNECT_WITHIN_MS = 1_000;
/** After so long without an answer the connection is closed and made anew. */
const SILENCE_MS = 5_000;
const LONGEST_RECONNECT_PAUSE_MS = 1_000;
const PROBE_PAUSE_MS = 1_000;

const PREFIX = 'pinward:limit:';

/** One round trip each, and atomic: no window stays without an end. */
const WINDOW = `
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end`;
const HIT = `local hits = redis.call('INCR', KEYS[1]) ${WINDOW}
return { hits, left }`;
/** The key is written even if no hits are left: otherwise a Redis that cannot write would look like a reached limit. */
const TAKE = `local hits = redis.call('INCR', KEYS[1]) ${WINDOW}
if hits <= tonumber(ARGV[2]) then return { 1, left } end
redis.call('DECR', KEYS[1])
return { 0, left }`;
const GIVE_BACK = `if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
return { 0, 0 }`;

/**
 * Counts that all replicas share, in Redis or Valkey. While it is away each replica counts for itself: then the limit
 * is too generous, but never absent. Once it is known to be away no request waits for it again; a probe finds out when
 * it is back.
 */
export class RedisCounters extends Counters implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisCounters.name);
  readonly #redis: Redis;
  #away = false;
  /** The database is not the one in REDIS_URL. */
  #isElsewhere = false;
  #reason = AWAY;
  #nextProbeAt = 0;

  /**
   * @param url redis:// or rediss://; a secret, as it may hold a password
   * @param answerWithinMs a later answer counts as none
   */
  static async open(url: string, local: Counters, answerWithinMs = ANSWER_WITHIN_MS): Promise<RedisCounters> {
    const counters = new RedisCounters(url, local, answerWithinMs);
    await inTime(counters.#redis.connect(), CONNECT_WITHIN_MS).catch((fault) => counters.noteAway(fault));
    return counters;
  }

  private constructor(
    url: string,
    private readonly local: Counters,
    private readonly answerWithinMs: number,
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
    this.#redis.on('error', (fault) => {
      // ioredis goes on in database 0, which may hold another program's keys.
      this.#isElsewhere ||= redisReason(fault) === ELSEWHERE;
      this.noteAway(fault);
    });
    this.#redis.on('connect', () => (this.#isElsewhere = false));
    this.#redis.on('ready', () => this.probe());
  }

  /** Asks once. @returns why Redis cannot count, in words for an operator; null when it can */
  async trouble(): Promise<string | null> {
    try {
      await this.ask(HIT, 'probe', WINDOW_MS);
      return this.#isElsewhere ? ELSEWHERE : null;
    } catch (fault) {
      const reason = redisReason(fault);
      return reason === AWAY ? this.#reason : reason;
    }
  }

  override async hit(key: string): Promise<Count> {
    return await this.orLocal(
      async () => {
        const [hits, leftMs] = await this.ask(HIT, key, WINDOW_MS);
        return { hits, leftMs };
      },
      () => this.local.hit(key),
    );
  }

  override async take(key: string, limit: number): Promise<Taken> {
    return await this.orLocal(
      async () => {
        const [taken, leftMs] = await this.ask(TAKE, key, WINDOW_MS, limit);
        return { taken: taken === 1, leftMs };
      },
      () => this.local.take(key, limit),
    );
  }

  override async giveBack(key: string): Promise<void> {
    await this.orLocal(
      async () => void (await this.ask(GIVE_BACK, key)),
      () => this.local.giveBack(key),
    );
  }

  override get apart(): string | null {
    return this.#away ? this.#reason : null;
  }

  onApplicationShutdown(): void {
    this.#redis.disconnect();
  }

  private async orLocal<T>(shared: () => Promise<T>, local: () => Promise<T>): Promise<T> {
    if (this.#away) {
      if (performance.now() >= this.#nextProbeAt) this.probe();
      return await local();
    }
    try {
      return await shared();
    } catch (fault) {
      this.noteAway(fault);
      return await local();
    }
  }

  private async ask(script: string, key: string, ...values: readonly number[]): Promise<[number, number]> {
    const reply = await inTime(this.#redis.eval(script, 1, PREFIX + key, ...values), this.answerWithinMs);
    return reply as [number, number];
  }

  /** Sends what requests send, since a Redis that answers PING may still refuse to write. */
  private probe(): void {
    this.#nextProbeAt = performance.now() + PROBE_PAUSE_MS;
    this.ask(HIT, 'probe', WINDOW_MS).then(
      () => this.noteBack(),
      (fault) => this.noteAway(fault),
    );
  }

  /** Logged once, and again when the reason is known. */
  private noteAway(fault: unknown): void {
    const reason = redisReason(fault);
    if (this.#away && (reason === AWAY || reason === this.#reason)) return;
    this.#away = true;
    this.#reason = reason;
    this.#nextProbeAt = performance.now() + PROBE_PAUSE_MS;
    this.logger.warn(`${reason}: each replica limits for itself`, fault);
  }

  /** At the level of the warning, so that every log with the one has the other. */
  private noteBack(): void {
    if (!this.#away || this.#isElsewhere) return;
    this.#away = false;
    this.#reason = AWAY;
    this.logger.warn('Redis answers again: the replicas share their limits');
  }
}

/** Rejects when no answer has come in time. */
async function inTime<T>(answer: Promise<T>, withinMs: number): Promise<T> {
  return await new Promise((resolve, reject) => {
    const late = () => reject(new Error('no answer in time'));
    // After a pause of this process timers run before the sockets are read: an answer that is there by then counts.
    const timer = setTimeout(() => setImmediate(late), withinMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
