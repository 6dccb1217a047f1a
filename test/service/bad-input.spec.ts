import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

let kit: ServiceKit;
let card: KnownCard;
let path: string;

beforeAll(async () => {
  kit = await ServiceKit.open(FEW_WEAK_PINS);
  card = await kit.cardWithPin(randomPin());
  path = `/v1/cards/${card.cardId}/pin/validate`;
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function codeOf(body: unknown, headers: Record<string, string> = {}, to = path): Promise<string> {
  const answer = await kit.post(to, body, { headers });
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  return `${answer.status} ${(answer.body as { code: string }).code}`;
}

describe('bad input gets its code and costs no try', () => {
  it.each([
    ['malformed JSON', '{"encryptedPin":', '400 REQUEST_INVALID'],
    ['an array', [], '400 REQUEST_INVALID'],
    ['nothing', '', '400 REQUEST_INVALID'],
    ['a PIN in the clear', { pin: '4071' }, '400 REQUEST_INVALID'],
    ['a wrong type', { encryptedPin: 'x' }, '400 REQUEST_INVALID'],
    ['a body over 16 KiB', { encryptedPin: 'x'.repeat(17_000) }, '413 BODY_TOO_LARGE'],
  ])('%s', async (_, body, expected) => {
    expect(await codeOf(body)).toBe(expected);
    expect(await kit.triesRemaining(card)).toBe(3);
  });

  it.each([
    ['an unknown field', { more: true }],
    ['an unknown kid', { kid: 'pin-transport-9' }],
    ['another alg', { alg: 'RSA1_5' }],
    ['a ciphertext that is too short', { ciphertext: randomBytes(255).toString('base64url') }],
    ['a ciphertext that is no base64url', { ciphertext: '@'.repeat(342) }],
    ['a ciphertext with odd Unicode', { ciphertext: '\u202e\u0000ÿ'.repeat(100) }],
  ])('%s in the envelope', async (_, changed) => {
    const encryptedPin = { ...(await kit.encrypt(randomPin(), card)), ...changed };
    expect(await codeOf({ encryptedPin })).toBe('400 REQUEST_INVALID');
    expect(await kit.triesRemaining(card)).toBe(3);
  });

  it('a kid that has retired', async () => {
    const encryptedPin = { ...(await kit.encrypt(randomPin(), card)), kid: 'pin-transport-7' };
    expect(await codeOf({ encryptedPin })).toBe('409 PIN_KEY_RETIRED');
    expect(await kit.triesRemaining(card)).toBe(3);
  });

  it('a duplicate member, an unsupported media type, a bad request id', async () => {
    const encryptedPin = JSON.stringify(await kit.encrypt(randomPin(), card));
    expect(await codeOf(`{"encryptedPin":${encryptedPin},"encryptedPin":${encryptedPin}}`)).toBe(
      '400 REQUEST_INVALID',
    );
    expect(await codeOf('x', { 'content-type': 'text/plain' })).toBe('415 MEDIA_TYPE_UNSUPPORTED');
    expect(await codeOf({}, { 'x-request-id': 'a b' })).toBe('400 REQUEST_INVALID');
    expect(await kit.triesRemaining(card)).toBe(3);
  });

  it('a card that is not there, or cannot be', async () => {
    const body = { encryptedPin: await kit.encrypt(randomPin(), card) };
    expect(await codeOf(body, {}, `/v1/cards/${randomUUID()}/pin/validate`)).toBe('404 CARD_NOT_FOUND');
    expect(await codeOf(body, {}, `/v1/cards/${encodeURIComponent("' OR 1=1 --")}/pin/validate`)).toBe(
      '404 CARD_NOT_FOUND',
    );
    // Nothing was burnt: the same envelope still does its work on its own card.
    expect((await kit.post(path, body)).status).toBe(200);
  });

  it('a PIN that is already set, one that is not, and a card that is not locked', async () => {
    const set = { encryptedPin: await kit.encrypt(randomPin(), card) };
    expect(await codeOf(set, {}, `/v1/cards/${card.cardId}/pin`)).toBe('409 PIN_ALREADY_SET');
    const fresh = await kit.register();
    const validate = { encryptedPin: await kit.encrypt(randomPin(), fresh) };
    expect(await codeOf(validate, {}, `/v1/cards/${fresh.cardId}/pin/validate`)).toBe('409 PIN_NOT_SET');
    const unlock = await kit.post(
      `/v1/admin/cards/${card.cardId}/unlock`,
      { reason: 'no reason' },
      { token: kit.operator },
    );
    expect(unlock).toMatchObject({ status: 409, body: { code: 'PIN_NOT_LOCKED' } });
  });

  it.each([
    ['four'],
    ['x'.repeat(201)],
    ['line\nbreak'],
    ['  \t    '],
    ['kcol\u202enu the card'],
    ['two\u2028lines'],
    ['zero\u200bwidth'],
    ['soft\u00adhyphen'],
    ['filler\u3164'],
  ])('an unlock reason %j', async (reason) => {
    const answer = await kit.post(
      `/v1/admin/cards/${card.cardId}/unlock`,
      { reason },
      { token: kit.operator },
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  it('U+0000, which PostgreSQL keeps in no text, wherever it stands', async () => {
    const token = await kit.identity.tokenFor({ scopes: ['ops:clients'], clientId: 'operator-2' });
    const told = { status: 400, body: { code: 'REQUEST_INVALID' } };
    expect(await kit.post('/v1/admin/persons/revoke', { name: '\0' }, { token })).toMatchObject(told);
    expect(await kit.post('/v1/admin/clients', { clientId: 'a\0', scopes: [] }, { token })).toMatchObject(
      told,
    );
    for (const query of ['cursor=%00', 'cursor=a%00b'])
      expect(await kit.service.request('GET', `/v1/admin/clients?${query}`, { token })).toMatchObject(told);
    const form = { grant_type: 'client_credentials', client_id: 'a\0', client_secret: 'x' };
    expect(await kit.requestToken(form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('a card reference that looks like a card number', async () => {
    for (const cardRef of [
      '4111111111111111',
      '4111-1111-1111-1111',
      'pan:5500005555555559',
      '45567375-8689-9855-0000-000000000000',
    ]) {
      expect(await codeOf({ cardRef }, {}, '/v1/cards')).toBe('400 REQUEST_INVALID');
    }
  });
});

it('takes garbage of the right length for a guess: it reaches the private key', async () => {
  const victim = await kit.cardWithPin(randomPin());
  const to = `/v1/cards/${victim.cardId}/pin/validate`;
  for (const triesRemaining of [2, 1, 0]) {
    const ciphertext = Buffer.concat([Buffer.from([1]), randomBytes(255)]).toString('base64url');
    const answer = await kit.post(to, { encryptedPin: { kid: kit.key.kid, alg: kit.key.alg, ciphertext } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'PIN_ENVELOPE_UNREADABLE', triesRemaining } });
  }
  expect(await kit.validate(victim, randomPin())).toMatchObject({ status: 423 });
});

it('takes a PIN encrypted for another card for a wrong one', async () => {
  const pin = randomPin();
  const [one, other] = [await kit.cardWithPin(pin), await kit.cardWithPin(pin)];
  const body = { encryptedPin: await kit.encrypt(pin, other) };
  expect(await kit.post(`/v1/cards/${one.cardId}/pin/validate`, body)).toMatchObject({
    status: 200,
    body: { verified: false, triesRemaining: 2 },
  });
});
