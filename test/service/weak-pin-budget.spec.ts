import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({
    ...NO_RATE_LIMITS,
    ...{ WEAK_PINS_PER_CARD_AND_MINUTE: '3', WEAK_PINS_PER_CLIENT_AND_MINUTE: '7' },
  });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const set = async (card: KnownCard, pin: string, token = kit.cardApp) =>
  await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt(pin, card) }, { token });

/** Weak sets at once, as many of each card: how many were looked at, and which limits refused the others. */
async function weakSets(cards: readonly KnownCard[], each: number, token = kit.cardApp) {
  const asked = cards.flatMap((card) => Array.from({ length: each }, () => set(card, '1234', token)));
  const answers = await Promise.all(asked);
  expect(answers.every(({ status }) => status === 422 || status === 429)).toBe(true);
  const bodies = answers.map(({ body }) => body as { code: string; limit?: string });
  const refused = bodies.filter(({ limit }) => limit !== undefined).map(({ limit }) => limit);
  return { weak: asked.length - refused.length, limits: [...new Set(refused)] };
}

it('lets as many weak PINs of a card be refused as its budget says, however many come at once', async () => {
  const [card, other] = [await kit.register(), await kit.register()];
  expect(await weakSets([card], 30)).toEqual({ weak: 3, limits: ['card-weak-pins'] });
  const limited = await set(card, randomPin());
  expect(limited).toMatchObject({ status: 429, body: { limit: 'card-weak-pins' } });
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  expect((await set(other, randomPin())).status).toBe(201);
});

it('and of a client, over all of its cards', async () => {
  const token = await kit.identity.tokenFor({ scopes: ['pin:set'], clientId: 'another' });
  const cards = await Promise.all([1, 2, 3, 4].map(() => kit.register()));
  const { weak, limits } = await weakSets(cards, 10, token);
  expect(weak).toBe(7);
  expect(limits).toContain('client-weak-pins');
});
