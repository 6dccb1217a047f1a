import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({
    ...NO_RATE_LIMITS,
    WEAK_PINS_PER_CARD_AND_MINUTE: '3',
    WEAK_PINS_PER_CLIENT_AND_MINUTE: '7',
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

const ended = ({ status, body }: ServiceResponse) => [status, (body as { limit?: string }).limit];
const WEAK = [422, undefined];
const LIMITED = [429, 'card-weak-pins'];

it('counts those of changes and of resets, too', async () => {
  const scopes = ['pin:change', 'pin:reset'];
  for (const purpose of ['pin-change', 'pin-reset']) {
    const token = await kit.identity.tokenFor({ scopes, clientId: purpose });
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    // A weak PIN leaves the one-time password as it is.
    const otp = await kit.otpFor(card, purpose);
    const replace = async () => {
      const newPin = await kit.encrypt('1234', card);
      const body = {
        newPin,
        otp,
        ...(purpose === 'pin-change' && { currentPin: await kit.encrypt(pin, card) }),
      };
      return await kit.post(`/v1/cards/${card.cardId}/${purpose.replace('-', '/')}`, body, { token });
    };
    const answers: unknown[] = [];
    for (let time = 0; time < 5; time += 1) answers.push(ended(await replace()));
    expect(answers).toEqual([WEAK, WEAK, WEAK, LIMITED, LIMITED]);
  }
});

it('counts a refusal once, however often its request is repeated', async () => {
  const token = await kit.identity.tokenFor({ scopes: ['pin:set'], clientId: 'repeating' });
  const card = await kit.register();
  const path = `/v1/cards/${card.cardId}/pin`;
  const body = { encryptedPin: await kit.encrypt('1234', card) };
  const answers: unknown[] = [];
  for (let time = 0; time < 4; time += 1)
    answers.push(ended(await kit.post(path, body, { token, requestId: `again-${card.cardId}` })));
  for (let time = 0; time < 3; time += 1) answers.push(ended(await set(card, '1234', token)));
  expect(answers).toEqual([WEAK, WEAK, WEAK, WEAK, WEAK, WEAK, LIMITED]);
});
