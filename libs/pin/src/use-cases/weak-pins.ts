import type { CardVault } from '#libs/card-vault';
import { unavailableIfHsmFault, type PinHsm, type WeakPinTags } from '#libs/hsm';
import type { Card } from '../ports/card.js';

/** Makes the weak list's tags for a card. No envelope is open yet, so every fault here is a plain 503. */
export class WeakPins {
  constructor(
    private readonly hsm: PinHsm,
    private readonly vault: Pick<CardVault, 'pinAccountOf'>,
  ) {}

  async tagsFor(card: Card): Promise<WeakPinTags> {
    const { tenantId, cardId } = card;
    const pinAccount = card.pinAccount ?? (await this.vault.pinAccountOf({ tenantId, cardId }));
    return await this.hsm.tagWeakPins({ tenantId, cardId, pinAccount }).catch(unavailableIfHsmFault);
  }
}
