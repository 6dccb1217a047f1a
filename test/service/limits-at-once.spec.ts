import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const ADDRESS = 60;
const CLIENT = 9;
const CARD = 20;
const OTPS_OF_CARD = 3;
const OTPS_OF_CLIENT = 7;
const ENVELOPES_OF_CARD = 4;
const ENVELOPES_OF_CLIENT = 6;

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open({
    ...FEW_WEAK_PINS,
    RATE_LIMIT_ADDRESS_PER_MINUTE: String(ADDRESS),
    RATE_LIMIT_CARD_PER_MINUTE: String(CARD),
    OTP_ISSUED_PER_CARD_AND_HOUR: String(OTPS_OF_CARD),
    OTP_ISSUED_PER_CLIENT_AND_MINUTE: String(OTPS_OF_CLIENT),
    UNREADABLE_ENVELOPES_PER_CARD_AND_MINUTE: String(ENVELOPES_OF_CARD),
    UNREADABLE_ENVELOPES_PER_CLIENT_AND_MINUTE: String(ENVELOPES_OF_CLIENT),
    TRUSTED_PROXIES: '127.0.0.1/32',
  });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

let hosts = 0;
/** From an address of its own, so that no limit of addresses is met by the way. */
const newAddress = () => ({ 'x-forwarded-for': `198.51.100.${(hosts += 1)}` });
const tokenOf = async (clientId: string, tenantId = 'default') =>
  await kit.identity.tokenFor({ scopes: ['cards:read', 'pin:set', 'otp:issue'], clientId, tenantId });
const get = async (path: string, token: string | null, headers = newAddress()) =>
  await kit.service.request('GET', path, token === null ? { headers } : { headers, token });
const newCards = async (count: number) =>
  await Promise.all(Array.from({ length: count }, () => kit.register()));

/** How many had this status, and code and limit of all others, which are 429. */
function counted(answers: readonly ServiceResponse[], status: number) {
  const others = answers.filter((answer) => answer.status !== status);
  expect(others.filter((answer) => answer.status !== 429)).toEqual([]);
  const names = others.map(({ body }) => {
    const { code, limit } = body as { code: string; limit: string };
    return `${code} ${limit}`;
  });
  return { passed: answers.length - others.length, refusals: [...new Set(names)].toSorted() };
}

const atOnce = async (count: number, ask: (index: number) => Promise<ServiceResponse>) =>
  await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

describe('of many at once as many pass as may', () => {
  it('requests of one address', async () => {
    const from = newAddress();
    const answers = await atOnce(3 * ADDRESS, () => get('/.well-known/jwks.json', null, from));
    expect(counted(answers, 200)).toEqual({ passed: ADDRESS, refusals: ['RATE_LIMITED address-requests'] });
  });

  it('requests of one client', async () => {
    const { clientId } = await kit.newClient({ scopes: ['cards:read'], requestsPerMinute: CLIENT });
    const token = await tokenOf(clientId);
    const answers = await atOnce(4 * CLIENT, () => get(`/v1/cards/${randomUUID()}`, token));
    expect(counted(answers, 404)).toEqual({ passed: CLIENT, refusals: ['RATE_LIMITED client-requests'] });
  });

  it('requests for one card, whichever client asks', async () => {
    const path = `/v1/cards/${randomUUID()}`;
    const tokens = await Promise.all(['one', 'two', 'three'].map((clientId) => tokenOf(clientId)));
    const answers = await atOnce(3 * CARD, (index) => get(path, tokens[index % 3] ?? null));
    expect(counted(answers, 404)).toEqual({ passed: CARD, refusals: ['CARD_RATE_LIMITED card-requests'] });
  });
});

describe('of many one-time passwords at once as many are issued as may be', () => {
  const issue = async ({ cardId }: Pick<KnownCard, 'cardId'>, token: string) =>
    await kit.post(`/v1/cards/${cardId}/otp`, { purpose: 'pin-reset' }, { token, headers: newAddress() });

  it('for one card', async () => {
    const card = await kit.register();
    const tokens = await Promise.all(['issuer-1', 'issuer-2', 'issuer-3'].map((id) => tokenOf(id)));
    const answers = await atOnce(15, (index) => issue(card, tokens[index % 3] ?? ''));
    const refusals = ['OTP_LIMIT_REACHED card-otp'];
    expect(counted(answers, 202)).toEqual({ passed: OTPS_OF_CARD, refusals });
  });

  it('by one client, over all its cards; those of others are not concerned', async () => {
    const [cards, token] = [await newCards(10), await tokenOf('issuer')];
    const answers = await atOnce(20, (index) => issue(cards[index % 10] ?? { cardId: '' }, token));
    const refusals = ['OPERATION_RATE_LIMITED client-otp'];
    expect(counted(answers, 202)).toEqual({ passed: OTPS_OF_CLIENT, refusals });
    const limited = answers.find(({ status }) => status === 429);
    expect(Number(limited?.headers['retry-after'])).toSatisfy((wait: number) => wait >= 1 && wait <= 60);
    const [card = { cardId: '' }] = await newCards(1);
    expect(await issue(card, await tokenOf('another-issuer'))).toMatchObject({ status: 202 });
    // One of another tenant that has the same name.
    const elsewhere = await issue({ cardId: randomUUID() }, await tokenOf('issuer', 'other'));
    expect(elsewhere).toMatchObject({ status: 404, body: { code: 'CARD_NOT_FOUND' } });
  });
});

it('of many envelopes at once that do not open as many of a client are tried as may be', async () => {
  const cards = await newCards(5);
  const token = await tokenOf('garbler');
  const garbage = async (card: KnownCard) => {
    const encryptedPin = await kit.encrypt(randomPin(), card);
    const bytes = Buffer.from(encryptedPin.ciphertext, 'base64url').fill(7, 100);
    return { encryptedPin: { ...encryptedPin, ciphertext: bytes.toString('base64url') } };
  };
  const set = async (card: KnownCard, by: string) =>
    await kit.post(`/v1/cards/${card.cardId}/pin`, await garbage(card), { token: by, headers: newAddress() });
  const answers = await Promise.all(cards.flatMap((card) => [1, 2, 3, 4].map(() => set(card, token))));
  expect(counted(answers, 422)).toEqual({
    passed: ENVELOPES_OF_CLIENT,
    refusals: ['OPERATION_RATE_LIMITED client-unreadable-envelopes'],
  });
  const [card] = await newCards(1);
  expect(card !== undefined && (await set(card, await tokenOf('another'))).status).toBe(422);
});
