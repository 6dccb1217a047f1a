import { LRUCache } from 'lru-cache';
import { Counters, WINDOW_MS, type Count, type Taken } from './counters.js';

/** About 40 MB. If an attacker fills it, the keys that have been unused for longest go first. */
export const MOST_KEYS = 100_000;

interface Window {
  hits: number;
  readonly endsAt: number;
}

/** Counts of this process. Enough for a single replica, and the fallback when Redis is away. */
export class LocalCounters extends Counters {
  readonly #windows = new LRUCache<string, Window>({ max: MOST_KEYS });

  /** @param now milliseconds that never run backwards */
  constructor(private readonly now: () => number = () => performance.now()) {
    super();
  }

  override async hit(key: string): Promise<Count> {
    const window = this.windowOf(key);
    window.hits += 1;
    return { hits: window.hits, leftMs: window.endsAt - this.now() };
  }

  override async take(key: string, limit: number): Promise<Taken> {
    const window = this.windowOf(key);
    const taken = window.hits < limit;
    if (taken) window.hits += 1;
    return { taken, leftMs: window.endsAt - this.now() };
  }

  override async giveBack(key: string): Promise<void> {
    const window = this.windowOf(key);
    window.hits = Math.max(0, window.hits - 1);
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  private windowOf(key: string): Window {
    const now = this.now();
    const open = this.#windows.get(key);
    if (open !== undefined && open.endsAt > now) return open;
    const window = { hits: 0, endsAt: now + WINDOW_MS };
    this.#windows.set(key, window);
    return window;
  }
}
