import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

/** What a service answers by default, but for the rates of whole requests: these tests send more than any client would. */
const { RATE_LIMIT_CARD_PER_MINUTE, RATE_LIMIT_CLIENT_PER_MINUTE } = NO_RATE_LIMITS;

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, RATE_LIMIT_CARD_PER_MINUTE, RATE_LIMIT_CLIENT_PER_MINUTE });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const codeOf = ({ body }: ServiceResponse) => (body as { code?: string }).code;
const counts = (answers: readonly ServiceResponse[]) => {
  const found: Record<string, number> = {};
  for (const answer of answers) {
    const key = `${answer.status} ${codeOf(answer) ?? ''}`.trim();
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
};

describe('codes of a one-time password under one request id', () => {
  it('are not compared once the id is claimed: the right one of 110 at once resets no PIN', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-reset');
    const requestId = randomUUID();
    const newPin = await kit.encrypt(randomPin(), card);
    const guess = async (code: number) => {
      const body = { newPin, otp: { otpId: otp.otpId, code: String(code % 1_000_000).padStart(6, '0') } };
      return await kit.post(`/v1/cards/${card.cardId}/pin/reset`, body, { requestId });
    };
    const right = Number(otp.code);
    expect(await guess(right + 1)).toMatchObject({ status: 422, body: { attemptsRemaining: 2 } });
    const answers = await Promise.all(Array.from({ length: 110 }, (_, index) => guess(right + 110 - index)));
    expect(counts(answers)).toEqual({ '422 REQUEST_ID_REUSED': 109, '422 OTP_REJECTED': 1 });
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true });
    // The one-time password has lost one attempt, and still serves its cardholder.
    const own = await kit.post(`/v1/cards/${card.cardId}/pin/reset`, { newPin, otp });
    expect(own).toMatchObject({ status: 200 });
  });
});

describe('envelopes that do not open', () => {
  async function garbage(card: KnownCard) {
    const encryptedPin = await kit.encrypt(randomPin(), card);
    const bytes = Buffer.from(encryptedPin.ciphertext, 'base64url');
    bytes.fill(7, 100);
    return { encryptedPin: { ...encryptedPin, ciphertext: bytes.toString('base64url') } };
  }

  it('reach the private key as often as the budget of the card allows, of 100 at once', async () => {
    const card = await kit.register();
    const path = `/v1/cards/${card.cardId}/pin`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => await kit.post(path, await garbage(card))),
    );
    expect(counts(answers)).toEqual({ '422 PIN_ENVELOPE_UNREADABLE': 5, '429 CARD_RATE_LIMITED': 95 });
    // Another card is not concerned.
    expect(await kit.cardWithPin(randomPin())).toBeDefined();
  });

  it('cost nothing where they open: 100 sets at once of one card are all looked at', async () => {
    const card = await kit.register();
    const path = `/v1/cards/${card.cardId}/pin`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const encryptedPin = await kit.encrypt(randomPin(), card);
        return await kit.post(path, { encryptedPin });
      }),
    );
    expect(counts(answers)).toEqual({ '201': 1, '409 PIN_ALREADY_SET': 99 });
  });
});

describe('a call for a card whose evaluation is in flight', () => {
  it('is told to come again after a second', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const isBusy = (answer: ServiceResponse) => codeOf(answer) === 'PIN_EVALUATION_IN_PROGRESS';
    let busy: ServiceResponse | undefined;
    for (const end = Date.now() + 60_000; busy === undefined && Date.now() < end;)
      busy = (await Promise.all(Array.from({ length: 8 }, async () => await kit.validate(card, pin)))).find(
        isBusy,
      );
    expect(busy).toMatchObject({ status: 409, headers: { 'retry-after': '1' } });
  });
});

describe('wrong codes of a client', () => {
  it('are compared as often as its limit allows, over all its cards, and raise an alarm', async () => {
    const token = await kit.identity.tokenFor({ scopes: ['pin:reset', 'otp:issue'], clientId: randomUUID() });
    const guesses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const card = await kit.cardWithPin(randomPin());
        const otp = await kit.otpFor(card, 'pin-reset');
        const newPin = await kit.encrypt(randomPin(), card);
        const code = String((Number(otp.code) + 1) % 1_000_000).padStart(6, '0');
        return { path: `/v1/cards/${card.cardId}/pin/reset`, body: { newPin, otp: { ...otp, code } } };
      }),
    );
    const answers = await Promise.all(
      guesses.flatMap(({ path, body }) => [1, 2, 3].map(async () => await kit.post(path, body, { token }))),
    );
    expect(counts(answers)).toEqual({ '422 OTP_REJECTED': 30, '429 OPERATION_RATE_LIMITED': 30 });
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.body).toMatchObject({ limit: 'client-wrong-otp' });
    const alarms = () =>
      kit.service.output.split('wrong one-time passwords have reached their limit').length - 1;
    // The log is written in batches.
    await expect.poll(alarms).toBe(1);
  });
});
