import { randomPin } from '../../support/random-pin.js';
import type { KnownCard, ServiceKit } from '../../service/service-kit.js';

/** A card that wrong PINs have locked. */
export async function lockedCard(
  kit: ServiceKit,
  data: Readonly<Record<string, string>> = {},
): Promise<KnownCard> {
  const card = await kit.register(data);
  const encryptedPin = await kit.encrypt(randomPin(), card);
  const { status } = await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin });
  if (status !== 201) throw new Error(`the PIN was not set: ${status}`);
  for (let tries = 0; tries < 3; tries += 1) await kit.validate(card, randomPin());
  return card;
}
