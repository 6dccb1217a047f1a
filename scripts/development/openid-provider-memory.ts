import { LRUCache } from 'lru-cache';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const ENTRIES = 1_000;

/**
 * Where the development provider keeps logins, codes and refresh tokens: in memory, each kind by itself. They end with
 * the process, which is right for a provider that ends with its only service. The package's own memory does the same
 * under a warning that would be the first line of every start.
 */
export function memoryAdapter(): AdapterFactory {
  return () => new Memory();
}

class Memory implements Adapter {
  readonly #entries = new LRUCache<string, AdapterPayload>({ max: ENTRIES });

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    this.#entries.set(id, payload, expiresIn === undefined ? {} : { ttl: expiresIn * 1_000 });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#entries.get(id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#first((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#first((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const payload = this.#entries.get(id);
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, payload] of [...this.#entries.entries()])
      if (payload.grantId === grantId) this.#entries.delete(id);
  }

  #first(isIt: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    return this.#entries.find(isIt);
  }
}
