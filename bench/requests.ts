import { randomUUID } from 'node:crypto';
import {
  currentPinKey,
  encryptPinFor,
  type EncryptedPin,
  type PinKeySet,
  type PublishedPinKey,
} from '#libs/client';
import { randomPin } from '../test/support/random-pin.js';
import type { ServiceProcess } from '../test/rigs/service-process.js';
import type { PreparedRequest } from './load.js';

interface BenchCard {
  readonly cardId: string;
  readonly pinAccount: string;
  readonly pin: string;
}

/** Cards with a PIN, and the key to encrypt for them: what a load needs before it begins. */
export class PreparedCards {
  private constructor(
    private readonly cards: readonly BenchCard[],
    private readonly key: PublishedPinKey,
  ) {}

  static async make(service: ServiceProcess, token: string, count: number): Promise<PreparedCards> {
    const keys = await service.request('GET', '/v1/pin-keys', { token });
    const key = currentPinKey(keys.body as PinKeySet);
    const cards: BenchCard[] = [];
    for (let index = 0; index < count; index += 1) cards.push(await makeCard(service, token, key));
    return new PreparedCards(cards, key);
  }

  /**
   * `total` validations with the right PIN, each with its own envelope, distributed so that no two connections share a
   * card.
   */
  async validations(connections: number, total: number): Promise<PreparedRequest[][]> {
    const dealt: PreparedRequest[][] = Array.from({ length: connections }, () => []);
    for (let index = 0; index < total; index += 1) {
      const card = this.cards[index % this.cards.length];
      if (card === undefined) throw new Error('no cards');
      const encryptedPin = await encryptPinFor({ ...card, key: this.key });
      dealt[(index % this.cards.length) % connections]?.push({
        path: `/v1/cards/${card.cardId}/pin/validate`,
        body: JSON.stringify({ encryptedPin }),
        requestId: randomUUID(),
      });
    }
    return dealt;
  }
}

/** First PINs a second: each is compared with the whole weak list. */
export async function firstPinsPerSecond(
  service: ServiceProcess,
  token: string,
  { count, atOnce }: { readonly count: number; readonly atOnce: number },
): Promise<number> {
  const keys = await service.request('GET', '/v1/pin-keys', { token });
  const key = currentPinKey(keys.body as PinKeySet);
  const cards: ToSet[] = [];
  while (cards.length < count) cards.push(await makeBareCard(service, token, key));
  const began = performance.now();
  const waiting = cards.values();
  const worker = async () => {
    for (const card of waiting) await setPin(service, token, card);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (count * 1_000) / (performance.now() - began);
}

interface ToSet extends BenchCard {
  readonly encryptedPin: EncryptedPin;
}

async function makeCard(service: ServiceProcess, token: string, key: PublishedPinKey): Promise<BenchCard> {
  const card = await makeBareCard(service, token, key);
  await setPin(service, token, card);
  return card;
}

async function makeBareCard(service: ServiceProcess, token: string, key: PublishedPinKey): Promise<ToSet> {
  const registered = await service.request('POST', '/v1/cards', {
    token,
    body: { cardRef: `bench-${randomUUID()}` },
  });
  const { cardId, pinAccount } = registered.body as { cardId: string; pinAccount: string };
  const pin = randomPin();
  return { cardId, pinAccount, pin, encryptedPin: await encryptPinFor({ pin, pinAccount, cardId, key }) };
}

async function setPin(
  service: ServiceProcess,
  token: string,
  { cardId, encryptedPin }: ToSet,
): Promise<void> {
  const set = await service.request('POST', `/v1/cards/${cardId}/pin`, { token, body: { encryptedPin } });
  if (set.status !== 201)
    throw new Error(`a PIN could not be set: ${set.status} ${JSON.stringify(set.body)}`);
}
