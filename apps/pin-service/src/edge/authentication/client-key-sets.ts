import { LRUCache } from 'lru-cache';
import { readPublicJwk, type PublicJwk } from '#libs/api-clients';
import { PinwardError } from '#libs/errors';
import { FairSemaphore } from '#libs/fair-semaphore';
import { getOverHttps, type PublicAddresses } from '#libs/outbound-https';

/** Fetched keys are taken for so long without another look. */
const FRESH_MS = 600_000;
/** While the URL does not answer, they are taken for so long: who blocks it must not keep a removed key alive. */
const STALE_MS = 3_600_000;
/** An unknown kid causes another look at most so often, and a failure is not tried again before. */
const PAUSE_MS = 10_000;
const LONGEST_SET = 64 * 1_024;
const MOST_KEYS = 64;
const MOST_SETS = 1_000;
const FETCHES_AT_ONCE = 8;
/** For one tenant. */
const FETCHES_WAITING = 32;
/** Requests that wait for one URL. */
const MOST_WAITING = 64;

export interface KeySetSource {
  readonly addresses: PublicAddresses;
  readonly timeoutMs: number;
  /** Certificate authorities in addition to the system's, PEM. */
  readonly ca: string | undefined;
}

interface KnownSet {
  keys: readonly PublicJwk[] | null;
  fetchedAt: number;
  triedAt: number;
  underWay: Promise<void> | null;
  waiting: number;
}

/**
 * Keys that clients publish at URLs of their own. A set is fetched when it is needed, by one request at a time for which
 * all callers wait together, and kept in this process; tenants take turns.
 *
 * @param now milliseconds that never run backwards
 */
export class ClientKeySets {
  readonly #sets = new LRUCache<string, KnownSet>({ max: MOST_SETS });
  readonly #fetches = new FairSemaphore(FETCHES_AT_ONCE, FETCHES_WAITING);

  constructor(
    private readonly source: KeySetSource,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The keys at the URL, among which that of this name is looked for anew if it was not there.
   *
   * @throws PinwardError CLIENT_KEYS_UNAVAILABLE when they cannot be fetched and none are young enough
   */
  async keysAt(tenantId: string, url: string, kid: string): Promise<readonly PublicJwk[]> {
    const set = this.setOf(tenantId, url);
    const isKnown = set.keys?.some((key) => key.kid === kid) === true;
    if (isKnown && this.age(set) < FRESH_MS) return set.keys ?? [];
    const failed = await this.lookAnew(tenantId, url, set);
    const mayServe = set.keys !== null && this.age(set) < STALE_MS;
    if (mayServe && (!failed || isKnown)) return set.keys ?? [];
    throw new PinwardError('CLIENT_KEYS_UNAVAILABLE', {}, { retryAfterSeconds: PAUSE_MS / 1_000 });
  }

  private setOf(tenantId: string, url: string): KnownSet {
    const name = JSON.stringify([tenantId, url]);
    const known = this.#sets.get(name);
    if (known !== undefined) return known;
    const set = { keys: null, fetchedAt: -Infinity, triedAt: -Infinity, underWay: null, waiting: 0 };
    this.#sets.set(name, set);
    return set;
  }

  private age({ fetchedAt }: KnownSet): number {
    return this.now() - fetchedAt;
  }

  /** @returns whether the newest look has failed; in the pause after one there is no other */
  private async lookAnew(tenantId: string, url: string, set: KnownSet): Promise<boolean> {
    if (set.underWay === null && this.now() - set.triedAt >= PAUSE_MS) {
      set.triedAt = this.now();
      set.underWay = this.#fetches
        .run(tenantId, async () => this.fetchInto(url, set))
        // Nobody is told why: the client can look at its own server.
        .catch(() => undefined)
        .finally(() => (set.underWay = null));
    }
    if (set.underWay !== null && set.waiting >= MOST_WAITING) return true;
    set.waiting += 1;
    await set.underWay;
    set.waiting -= 1;
    return set.fetchedAt < set.triedAt;
  }

  private async fetchInto(url: string, set: KnownSet): Promise<void> {
    const { addresses, ca } = this.source;
    const target = new URL(url);
    // A name is judged when it is resolved, an address in the URL here.
    if (!addresses.allowsHost(target.hostname)) return;
    const answer = await getOverHttps({
      url: target,
      headers: { Accept: 'application/jwk-set+json, application/json' },
      timeoutMs: this.source.timeoutMs,
      answerBytes: LONGEST_SET,
      lookup: addresses.lookup,
      ...(ca === undefined ? {} : { ca }),
    });
    if (answer.status !== 200 || !answer.isWhole) return;
    const keys = keysIn(answer.body);
    if (keys === null) return;
    set.keys = keys;
    set.fetchedAt = this.now();
  }
}

/** Those that can sign assertions; a set may hold others. @returns null for what is no set, or has too many keys */
function keysIn(text: string): readonly PublicJwk[] | null {
  const set: unknown = JSON.parse(text);
  if (typeof set !== 'object' || set === null || !('keys' in set) || !Array.isArray(set.keys)) return null;
  if (set.keys.length > MOST_KEYS) return null;
  return set.keys.flatMap((key: unknown) => {
    const read = readPublicJwk(key);
    return 'jwk' in read ? [read.jwk] : [];
  });
}
