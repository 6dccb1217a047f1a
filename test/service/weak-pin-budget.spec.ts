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

const set = async (card: KnownCard, pin: string) =>
  await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt(pin, card) });

/** How many of weak sets at once were looked at, and which limits refused the others. */
async function weakSets(card: KnownCard, count: number) {
  const answers = await Promise.all(Array.from({ length: count }, () => set(card, '1234')));
  const bodies = answers.map(({ body }) => body as { code: string; limit?: string });
  const refused = bodies.filter(({ code }) => code === 'RATE_LIMITED');
  expect(answers.every(({ status }) => status === 422 || status === 429)).toBe(true);
  return { weak: count - refused.length, limits: [...new Set(refused.map(({ limit }) => limit))] };
}

it('lets as many weak PINs be refused as the budgets of card and client say, however many come at once', async () => {
  const cards = await Promise.all([1, 2, 3, 4].map(() => kit.register()));
  const [one, two, three, four] = cards;
  if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error();
  expect(await weakSets(one, 30)).toEqual({ weak: 3, limits: ['card-weak-pins'] });
  const limited = await set(one, randomPin());
  expect(limited).toMatchObject({ status: 429, body: { limit: 'card-weak-pins' } });
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  // PINs that are not weak cost nothing of either.
  expect((await set(two, randomPin())).status).toBe(201);
  expect(await weakSets(three, 30)).toEqual({ weak: 3, limits: ['card-weak-pins'] });
  expect(await weakSets(four, 30)).toEqual({ weak: 1, limits: ['client-weak-pins'] });
});
