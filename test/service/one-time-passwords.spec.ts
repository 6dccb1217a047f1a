import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const AT_ONCE = 100;
/** What a service answers by default, but for the rates of whole requests: these tests send more than any client would. */
const { RATE_LIMIT_CARD_PER_MINUTE, RATE_LIMIT_CLIENT_PER_MINUTE } = NO_RATE_LIMITS;

let kit: ServiceKit;
let owner: DataSource;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, RATE_LIMIT_CARD_PER_MINUTE, RATE_LIMIT_CLIENT_PER_MINUTE });
  owner = await kit.openOwner();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

interface Otp {
  readonly otpId: string;
  readonly code: string;
}

const wrongCode = ({ otpId, code }: Otp): Otp => ({
  otpId,
  code: String((Number(code) + 1) % 1_000_000).padStart(6, '0'),
});

async function change(card: KnownCard, pins: readonly [string, string], otp: Otp, requestId = randomUUID()) {
  const [current, next] = pins;
  const body = { currentPin: await kit.encrypt(current, card), newPin: await kit.encrypt(next, card), otp };
  return await kit.post(`/v1/cards/${card.cardId}/pin/change`, body, { requestId });
}

async function reset(card: KnownCard, pin: string, otp: Otp): Promise<ServiceResponse> {
  const body = { newPin: await kit.encrypt(pin, card), otp };
  return await kit.post(`/v1/cards/${card.cardId}/pin/reset`, body);
}

async function lock(card: KnownCard): Promise<void> {
  for (let guess = 0; guess < 3; guess += 1) await kit.validate(card, randomPin());
}

const rejected = (attemptsRemaining: number) => ({
  status: 422,
  body: { code: 'OTP_REJECTED', attemptsRemaining },
});

describe('a wrong code', () => {
  it('ends the one-time password the third time, and touches neither PIN nor tries', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-change');
    const requestId = randomUUID();
    const body = {
      currentPin: await kit.encrypt(pin, card),
      newPin: await kit.encrypt(randomPin(), card),
      otp: wrongCode(otp),
    };
    const path = `/v1/cards/${card.cardId}/pin/change`;
    expect(await kit.post(path, body, { requestId })).toMatchObject(rejected(2));
    // The same request again is the same try.
    const again = await kit.post(path, body, { requestId });
    expect(again).toMatchObject(rejected(2));
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await kit.post(path, body)).toMatchObject(rejected(1));
    expect(await kit.post(path, body)).toMatchObject(rejected(0));
    expect(await change(card, [pin, randomPin()], otp)).toMatchObject(rejected(0));
    expect(await kit.triesRemaining(card)).toBe(3);
    // Nor was an envelope used.
    expect(await kit.post(path, { ...body, otp: await kit.otpFor(card, 'pin-change') })).toMatchObject({
      status: 200,
      body: { changed: true },
    });
  });

  it.each(['change', 'reset'] as const)(
    'ends a %s also where no request id would tell a stored refusal',
    async (operation) => {
      const pin = randomPin();
      const card = await kit.cardWithPin(pin);
      const otp = wrongCode(await kit.otpFor(card, `pin-${operation}`));
      const newPin = await kit.encrypt(randomPin(), card);
      const currentPin = await kit.encrypt(pin, card);
      const body = operation === 'change' ? { currentPin, newPin, otp } : { newPin, otp };
      const path = `/v1/cards/${card.cardId}/pin/${operation}`;
      const answer = await kit.service.request('POST', path, { token: kit.cardApp, body });
      expect(answer).toMatchObject(rejected(2));
      expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true });
    },
  );

  it(`is compared three times at most, of ${AT_ONCE} at once`, async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-reset');
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, async () => await reset(card, randomPin(), wrongCode(otp))),
    );
    const left = answers.map(({ body }) => (body as { attemptsRemaining: number }).attemptsRemaining);
    expect(left.toSorted((a, b) => b - a).slice(0, 4)).toEqual([2, 1, 0, 0]);
    expect(await reset(card, randomPin(), otp)).toMatchObject(rejected(0));
    const [row] = await owner.query<{ wrong_codes: number; status: string }[]>(
      'SELECT wrong_codes, status FROM one_time_passwords WHERE otp_id = $1',
      [otp.otpId],
    );
    expect(row).toEqual({ wrong_codes: 3, status: 'exhausted' });
  });
});

describe('a one-time password that does not fit', () => {
  const PIN = randomPin();

  it.each<[string, (card: KnownCard) => Promise<Otp>]>([
    ["another card's", async () => await kit.otpFor(await kit.register(), 'pin-reset')],
    ['of another purpose', async (card) => await kit.otpFor(card, 'pin-change')],
    ["another tenant's", async (card) => await ofAnotherTenant(card)],
    ['expired', async (card) => await expired(card)],
    ['used', async (card) => await used(card)],
    ['superseded', async (card) => await superseded(card)],
    ['unknown', async () => ({ otpId: randomUUID(), code: '123456' })],
    ['no id at all', async () => ({ otpId: 'o\u0001dd', code: '123456' })],
  ])('is rejected like every other: %s', async (_what, otpOf) => {
    const card = await kit.cardWithPin(PIN);
    const otp = await otpOf(card);
    const unknown = await reset(card, randomPin(), { otpId: randomUUID(), code: '123456' });
    expect(unknown).toMatchObject(rejected(0));
    // Neither the right code nor a wrong one tells it from an unknown one.
    for (const given of [wrongCode(otp), otp]) {
      const answer = await reset(card, randomPin(), given);
      expect(answer.status).toBe(422);
      expect(answer.body).toEqual(unknown.body);
    }
  });

  async function ofAnotherTenant(card: KnownCard): Promise<Otp> {
    const otp = await kit.otpFor(card, 'pin-reset');
    await owner.query(`UPDATE one_time_passwords SET tenant_id = 'other' WHERE otp_id = $1`, [otp.otpId]);
    return otp;
  }

  async function expired(card: KnownCard): Promise<Otp> {
    const otp = await kit.otpFor(card, 'pin-reset');
    await owner.query('UPDATE one_time_passwords SET expires_at = clock_timestamp() WHERE otp_id = $1', [
      otp.otpId,
    ]);
    return otp;
  }

  async function used(card: KnownCard): Promise<Otp> {
    const otp = await kit.otpFor(card, 'pin-reset');
    expect(await reset(card, randomPin(), otp)).toMatchObject({ status: 200 });
    return otp;
  }

  async function superseded(card: KnownCard): Promise<Otp> {
    const otp = await kit.otpFor(card, 'pin-reset');
    await kit.otpFor(card, 'pin-reset');
    return otp;
  }
});

describe('change', () => {
  it('keeps the one-time password for a wrong current PIN and for a weak new one, and uses it up with success', async () => {
    const [pin, next] = [randomPin(), randomPin()];
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-change');
    expect(await change(card, [randomPin(), next], otp)).toMatchObject({
      status: 200,
      body: { changed: false, reason: 'WRONG_PIN', triesRemaining: 2, pinStatus: 'active' },
    });
    expect(await change(card, [pin, '1234'], otp)).toMatchObject({
      status: 422,
      body: { code: 'PIN_TOO_WEAK' },
    });
    expect(await kit.triesRemaining(card)).toBe(3);
    expect(await change(card, [pin, next], otp)).toMatchObject({ status: 200, body: { changed: true } });
    expect(await change(card, [next, randomPin()], otp)).toMatchObject(rejected(0));
  });

  it('uses the one-time password up for an earlier PIN: the answer is a guess at it', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-change');
    expect(await change(card, [pin, pin], otp)).toMatchObject({ status: 422, body: { code: 'PIN_REUSED' } });
    expect(await change(card, [pin, randomPin()], otp)).toMatchObject(rejected(0));
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true, triesRemaining: 3 });
  });

  it.each([{}, { otp: null }, { otp: { otpId: 'x' } }, { otp: { otpId: 'x', code: '12345' } }])(
    'is not possible without one: %j',
    async (missing) => {
      const card = await kit.cardWithPin(randomPin());
      const encryptedPin = await kit.encrypt(randomPin(), card);
      const body = { currentPin: encryptedPin, newPin: encryptedPin, ...missing };
      expect(await kit.post(`/v1/cards/${card.cardId}/pin/change`, body)).toMatchObject({
        status: 400,
        body: { code: 'REQUEST_INVALID' },
      });
    },
  );

  it(`with one one-time password succeeds once, of ${AT_ONCE} at once`, async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-change');
    const next = Array.from({ length: AT_ONCE }, randomPin);
    const answers = await Promise.all(next.map(async (to) => await change(card, [pin, to], otp)));
    const changed = answers.flatMap(({ body }, index) =>
      (body as { changed?: boolean }).changed === true ? [next[index] ?? ''] : [],
    );
    expect(changed).toHaveLength(1);
    // Those that came to be judged after it had the wrong current PIN: the lock is part of the design.
    await owner.query(`UPDATE cards SET pin_status = 'active', tries_spent = 0 WHERE card_id = $1`, [
      card.cardId,
    ]);
    expect((await kit.validate(card, changed[0] ?? '')).body).toMatchObject({ verified: true });
  });
});

describe('reset', () => {
  it('gives a locked card another PIN, also past nine failures, and forgets them', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    for (let round = 0; round < 3; round += 1) {
      await lock(card);
      if (round === 2) continue;
      const body = { reason: 'Cardholder identified' };
      const unlocked = await kit.post(`/v1/admin/cards/${card.cardId}/unlock`, body, { token: kit.operator });
      expect(unlocked.status).toBe(200);
    }
    const refused = await kit.post(
      `/v1/admin/cards/${card.cardId}/unlock`,
      { reason: 'Cardholder identified' },
      { token: kit.operator },
    );
    expect(refused).toMatchObject({ status: 409, body: { code: 'PIN_RESET_REQUIRED' } });
    const next = randomPin();
    expect(await reset(card, next, await kit.otpFor(card, 'pin-reset'))).toMatchObject({
      status: 200,
      body: { pinStatus: 'active' },
    });
    const read = await kit.service.request('GET', `/v1/admin/cards/${card.cardId}`, { token: kit.operator });
    expect(read.body).toMatchObject({ pinStatus: 'active', triesRemaining: 3, failuresWithoutSuccess: 0 });
    expect(read.body).not.toHaveProperty('lockedAt');
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: false, triesRemaining: 2 });
    expect((await kit.validate(card, next)).body).toMatchObject({ verified: true, triesRemaining: 3 });
    const audit = await owner.query<{ action: string }[]>(
      `SELECT action FROM audit_events WHERE card_id = $1 AND action = 'pin.reset'`,
      [card.cardId],
    );
    expect(audit).toHaveLength(1);
    const [event] = await owner.query<unknown[]>(
      `SELECT FROM outbox_events WHERE card_id = $1 AND type = 'pin.reset'`,
      [card.cardId],
    );
    expect(event).toBeDefined();
  });

  it('uses the one-time password up for an earlier PIN, and keeps it for a weak one', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-reset');
    expect(await reset(card, '1234', otp)).toMatchObject({ status: 422, body: { code: 'PIN_TOO_WEAK' } });
    expect(await reset(card, pin, otp)).toMatchObject({ status: 422, body: { code: 'PIN_REUSED' } });
    expect(await reset(card, randomPin(), otp)).toMatchObject(rejected(0));
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true });
  });

  it('remembers the PINs it replaced', async () => {
    const pins = Array.from({ length: 4 }, randomPin);
    const card = await kit.cardWithPin(pins[0] ?? '');
    for (const pin of pins.slice(1, 3)) {
      expect((await reset(card, pin, await kit.otpFor(card, 'pin-reset'))).status).toBe(200);
    }
    const again = await reset(card, pins[0] ?? '', await kit.otpFor(card, 'pin-reset'));
    expect(again).toMatchObject({ status: 422, body: { code: 'PIN_REUSED' } });
  });

  it(`with one one-time password tells one thing, of ${AT_ONCE} guesses at once`, async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const otp = await kit.otpFor(card, 'pin-reset');
    const guesses = Array.from({ length: AT_ONCE }, (_, index) => (index % 2 === 0 ? pin : randomPin()));
    const answers = await Promise.all(guesses.map(async (guess) => await reset(card, guess, otp)));
    const telling = answers.filter(
      ({ status, body }) => status === 200 || (body as { code?: string }).code === 'PIN_REUSED',
    );
    expect(telling).toHaveLength(1);
    const others = new Set(
      answers
        .filter((answer) => !telling.includes(answer))
        .map(({ body }) => (body as { code: string }).code),
    );
    for (const code of others) {
      expect(['OTP_REJECTED', 'PIN_EVALUATION_IN_PROGRESS', 'HSM_UNAVAILABLE']).toContain(code);
    }
  });

  it('is refused where there is no PIN', async () => {
    const card = await kit.register();
    expect(await reset(card, randomPin(), { otpId: randomUUID(), code: '123456' })).toMatchObject({
      status: 409,
      body: { code: 'PIN_NOT_SET' },
    });
  });

  it('answers a repeated request as before, and refuses an envelope that comes twice', async () => {
    const card = await kit.cardWithPin(randomPin());
    const requestId = randomUUID();
    const newPin = await kit.encrypt(randomPin(), card);
    const path = `/v1/cards/${card.cardId}/pin/reset`;
    const body = { newPin, otp: await kit.otpFor(card, 'pin-reset') };
    expect(await kit.post(path, body, { requestId })).toMatchObject({ status: 200 });
    const again = await kit.post(path, body, { requestId });
    expect(again).toMatchObject({ status: 200, body: { pinStatus: 'active' } });
    expect(again.headers['idempotent-replayed']).toBe('true');
    const replayed = { newPin, otp: await kit.otpFor(card, 'pin-reset') };
    expect(await kit.post(path, replayed)).toMatchObject({
      status: 409,
      body: { code: 'PIN_ENVELOPE_REPLAYED' },
    });
  });
});

describe('envelopes that do not open and cost no try', () => {
  it('cost a budget of the card: then 429, before the private key is used', async () => {
    const card = await kit.register();
    const garbage = async () => {
      const encryptedPin = await kit.encrypt(randomPin(), card);
      const bytes = Buffer.from(encryptedPin.ciphertext, 'base64url');
      bytes.fill(7, 100);
      return { encryptedPin: { ...encryptedPin, ciphertext: bytes.toString('base64url') } };
    };
    const path = `/v1/cards/${card.cardId}/pin`;
    for (let sent = 0; sent < 5; sent += 1) {
      expect(await kit.post(path, await garbage())).toMatchObject({
        status: 422,
        body: { code: 'PIN_ENVELOPE_UNREADABLE' },
      });
    }
    const refused = await kit.post(path, await garbage());
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'CARD_RATE_LIMITED', limit: 'card-unreadable-envelopes' },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // Another card is not concerned.
    expect(await kit.cardWithPin(randomPin())).toBeDefined();
  });
});
