import { LRUCache } from 'lru-cache';
import type { CardVault } from '#libs/card-vault';
import { FairSemaphore, NoPermit } from '#libs/fair-semaphore';
import { currentKey, hsmUnavailable, unavailableIfHsmFault, type PinHsm, type WeakPinTags } from '#libs/hsm';
import type { Card } from '../cards/card.js';

/** A cardholder whose PIN was refused chooses another one within minutes. */
const KEPT_FOR_MS = 5 * 60_000;
/** About 10 MB with the list that ships. */
const MOST_CARDS = 512;
/** One keeps the HSM's workers for tags busy; the second is ready when it ends. */
const MADE_AT_ONCE = 2;
/** For each tenant. Further ones are refused at once: they would come so late that no caller still waits. */
const MOST_WAITING = 64;

/**
 * The weak list's tags for a card, some hundred HSM operations. They are kept for a while; requests for one card at the
 * same time share the work; and tenants take turns, so a tenant that sends weak PINs all day does not stop another's
 * from being set. The tags are useless without the R0s, which never leave the workers (docs/adr/0006).
 *
 * No envelope is open yet, so every fault here is a plain 503.
 */
export class WeakPins {
  readonly #makings = new FairSemaphore(MADE_AT_ONCE, MOST_WAITING);
  readonly #kept: LRUCache<string, WeakPinTags, Card>;

  /** @param clock milliseconds that never run backwards */
  constructor(
    private readonly hsm: PinHsm,
    private readonly vault: Pick<CardVault, 'pinAccountOf'>,
    clock: () => number = () => performance.now(),
  ) {
    this.#kept = new LRUCache({
      max: MOST_CARDS,
      ttl: KEPT_FOR_MS,
      ttlResolution: 0,
      perf: { now: clock },
      // A request waits for tags that are being made, even when newer ones have pushed them out.
      ignoreFetchAbort: true,
      fetchMethod: async (_key, _stale, { context: card }) => await this.make(card),
    });
  }

  /** @throws PinwardError HSM_UNAVAILABLE, also when too many of the tenant's cards wait */
  async tagsFor(card: Card): Promise<WeakPinTags> {
    const { tenantId, cardId, pinAccount } = card;
    // A tag belongs to one generation, which may be retired while newer ones are current.
    const generation = currentKey(this.hsm.registeredKeys(), 'pin-wrapping')?.generation;
    const key = JSON.stringify([tenantId, cardId, pinAccount, generation]);
    return await this.#kept.forceFetch(key, { context: card });
  }

  private async make(card: Card): Promise<WeakPinTags> {
    try {
      return await this.#makings.run(card.tenantId, () => this.tag(card));
    } catch (fault) {
      throw fault instanceof NoPermit ? hsmUnavailable(fault) : fault;
    }
  }

  private async tag({ tenantId, cardId, pinAccount }: Card): Promise<WeakPinTags> {
    const account = pinAccount ?? (await this.vault.pinAccountOf({ tenantId, cardId }));
    const card = { tenantId, cardId, pinAccount: account };
    return await this.hsm.tagWeakPins(card).catch(unavailableIfHsmFault);
  }
}
