import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;

beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('cards', () => {
  it('registers a card once: the same reference again is the same card', async () => {
    const cardRef = `ref-${randomUUID()}`;
    const first = await kit.post('/v1/cards', { cardRef });
    expect(first).toMatchObject({ status: 201, body: { cardRef, pinStatus: 'unset', triesRemaining: 3 } });
    expect(first.body).toHaveProperty('pinAccount', expect.stringMatching(/^\d{12}$/));
    const second = await kit.post('/v1/cards', { cardRef });
    expect(second).toMatchObject({ status: 200, body: first.body as object });
  });

  it('finds a card by id and by reference', async () => {
    const cardRef = `ref-${randomUUID()}`;
    const { body } = await kit.post('/v1/cards', { cardRef });
    const { cardId } = body as { cardId: string };
    for (const path of [`/v1/cards/${cardId}`, `/v1/cards?cardRef=${cardRef}`]) {
      expect(await kit.service.request('GET', path, { token: kit.cardApp })).toMatchObject({
        status: 200,
        body: { cardId },
      });
    }
  });

  it('tells another tenant nothing: its answer is that of a card which is not there', async () => {
    const card = await kit.cardWithPin(randomPin());
    const scopes = ['cards:read', 'pin:validate'];
    const token = await kit.identity.tokenFor({ scopes, tenantId: 'elsewhere' });
    const foreign = await kit.service.request('GET', `/v1/cards/${card.cardId}`, { token });
    const unknown = await kit.service.request('GET', `/v1/cards/${randomUUID()}`, { token });
    expect(foreign).toMatchObject({ status: 404, body: { code: 'CARD_NOT_FOUND' } });
    expect(foreign.body).toEqual(unknown.body);
    expect(await kit.validate(card, randomPin(), { token })).toMatchObject({ status: 404 });
  });
});

describe('a PIN', () => {
  it('is set, validated, changed, locked and unlocked', async () => {
    const [pin, next] = [randomPin(), randomPin()];
    const card = await kit.cardWithPin(pin);
    expect(await kit.validate(card, pin)).toMatchObject({
      status: 200,
      body: { verified: true, triesRemaining: 3, pinStatus: 'active' },
    });
    const change = {
      currentPin: await kit.encrypt(pin, card),
      newPin: await kit.encrypt(next, card),
      otp: await kit.otpFor(card, 'pin-change'),
    };
    expect(await kit.post(`/v1/cards/${card.cardId}/pin/change`, change)).toMatchObject({
      status: 200,
      body: { changed: true, pinStatus: 'active' },
    });
    expect((await kit.validate(card, next)).body).toMatchObject({ verified: true });
    for (const triesRemaining of [2, 1, 0]) {
      const { body } = await kit.validate(card, pin);
      expect(body).toMatchObject({ verified: false, triesRemaining });
      // The member is there for the last try alone.
      expect((body as { lastTry?: unknown }).lastTry).toBe(triesRemaining === 1 ? true : undefined);
    }
    expect(await kit.validate(card, next)).toMatchObject({ status: 423, body: { code: 'PIN_LOCKED' } });
    const locked = await kit.service.request('GET', '/v1/admin/cards?pinStatus=locked', {
      token: kit.operator,
    });
    expect((locked.body as { items: { cardId: string }[] }).items.map(({ cardId }) => cardId)).toContain(
      card.cardId,
    );
    expect(JSON.stringify(locked.body)).not.toContain(card.pinAccount);
    const unlock = { token: kit.operator };
    expect(
      await kit.post(`/v1/admin/cards/${card.cardId}/unlock`, { reason: 'identity checked' }, unlock),
    ).toMatchObject({
      status: 200,
      body: { pinStatus: 'active' },
    });
    expect((await kit.validate(card, next)).body).toMatchObject({ verified: true });
  });

  it.each(['1234', '0000', '2580', '123456', '999999999999'])(
    'is refused when it is the weak %s',
    async (pin) => {
      const card = await kit.register();
      const body = { encryptedPin: await kit.encrypt(pin, card) };
      expect(await kit.post(`/v1/cards/${card.cardId}/pin`, body)).toMatchObject({
        status: 422,
        body: { code: 'PIN_TOO_WEAK' },
      });
    },
  );

  it('is answered once per request id, and refused under a changed body', async () => {
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    const path = `/v1/cards/${card.cardId}/pin/validate`;
    const body = { encryptedPin: await kit.encrypt(randomPin(), card) };
    const requestId = randomUUID();
    const first = await kit.post(path, body, { requestId });
    const again = await kit.post(path, body, { requestId });
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.headers['x-request-id']).toBe(requestId);
    expect(await kit.triesRemaining(card)).toBe(2);
    const other = { encryptedPin: await kit.encrypt(pin, card) };
    expect(await kit.post(path, other, { requestId })).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_ID_REUSED' },
    });
    expect(await kit.post(path, body)).toMatchObject({
      status: 409,
      body: { code: 'PIN_ENVELOPE_REPLAYED' },
    });
  });
});

describe('who may call', () => {
  it('refuses no token, a bad one, an expired one and a missing scope', async () => {
    const path = '/v1/pin-keys';
    const codeOf = async (token?: string) => {
      const { status, body } = await kit.service.request('GET', path, token === undefined ? {} : { token });
      return `${status} ${(body as { code: string }).code}`;
    };
    expect(await codeOf()).toBe('401 TOKEN_MISSING');
    expect(await codeOf('not.a.token')).toBe('401 TOKEN_INVALID');
    expect(await codeOf(await kit.identity.tokenFor({ scopes: ['pin:set'], lifetime: -60 }))).toBe(
      '401 TOKEN_EXPIRED',
    );
    expect(await codeOf(kit.operator)).toBe('403 SCOPE_MISSING');
  });

  it('leaves health open', async () => {
    expect(await kit.service.request('GET', '/health/live')).toMatchObject({ status: 200 });
    expect(await kit.service.request('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { database: true, migrations: true, hsm: { ready: true } },
    });
  });
});
