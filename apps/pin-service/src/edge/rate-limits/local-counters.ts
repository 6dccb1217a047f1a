import { LRUCache } from 'lru-cache';
import { Counters, WINDOW_MS, type Count } from './counters.js';

/** About 40 MB. Whoever fills it by force pushes out the keys that have been quiet for longest. */
export const MOST_KEYS = 100_000;

interface Window {
  hits: number;
  readonly endsAt: number;
}

/** Counts of this process. Enough for a single replica, and what is left when Redis is away. */
export class LocalCounters extends Counters {
  readonly #windows = new LRUCache<string, Window>({ max: MOST_KEYS });

  /** @param now milliseconds that never run backwards */
  constructor(private readonly now: () => number = () => performance.now()) {
    super();
  }

  override async hit(key: string, by = 1): Promise<Count> {
    const now = this.now();
    const open = this.#windows.get(key);
    const window = open !== undefined && open.endsAt > now ? open : { hits: 0, endsAt: now + WINDOW_MS };
    window.hits += by;
    if (window !== open && by > 0) this.#windows.set(key, window);
    return { hits: window.hits, leftMs: window.endsAt - now };
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#windows.size;
  }
}
