import { PinwardError } from '#libs/errors';
import type { PinHsm, WeakPinTags } from '#libs/hsm';
import type { Card } from '../ports/card.js';
import { unavailableIfHsmFault } from './outcomes.js';

/** The weak list's tags for this card. No envelope is open yet, so every fault here is a plain 503. */
export async function tagWeakPins(hsm: PinHsm, { tenantId, cardId, pinAccount }: Card): Promise<WeakPinTags> {
  // PAN-bound accounts come out of the card vault, which this version does not have: registration refuses them.
  if (pinAccount === null) throw new PinwardError('INTERNAL');
  return await hsm.tagWeakPins({ tenantId, cardId, pinAccount }).catch(unavailableIfHsmFault);
}
