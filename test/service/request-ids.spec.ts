import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseDump } from '../evidence/boundary/places.js';
import { ID_FORMS } from '../support/random-ids.js';
import { randomPan } from '../support/random-pan.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';

const HASHED = /^hashed-[0-9a-f]{32}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let kit: ServiceKit;
beforeAll(async () => {
  kit = await ServiceKit.open();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const asUuid = (pan: string) => `${pan.slice(0, 8)}-${pan.slice(8, 12)}-${pan.slice(12)}-0000-000000000000`;

it.each(ID_FORMS)('an id of the form %s is taken as it is, and as a card reference', async (_, make) => {
  const [requestId, cardRef] = [make(), make()];
  const answer = await kit.post('/v1/cards', { cardRef }, { requestId });
  expect(answer).toMatchObject({ status: 201, body: { cardRef }, headers: { 'x-request-id': requestId } });
  expect(answer.headers).not.toHaveProperty('x-request-id-replaced');
});

describe.each([
  ['a card number', (pan: string) => pan],
  ['one with hyphens', (pan: string) => pan.replaceAll(/(\d{4})(?=\d)/g, '$1-')],
  ['one laid out as a UUID', asUuid],
  ['one in base64', (pan: string) => Buffer.from(pan).toString('base64')],
])('%s', (_, write) => {
  it('as a request id loses no request: it is repeated under the hash, and stored nowhere', async () => {
    const pan = randomPan();
    const requestId = write(pan);
    const card = await kit.cardWithPin(randomPin());
    const path = `/v1/cards/${card.cardId}/pin/validate`;
    const body = { encryptedPin: await kit.encrypt(randomPin(), card) };
    const first = await kit.post(path, body, { requestId });
    expect(first).toMatchObject({ status: 200, headers: { 'x-request-id-replaced': 'true' } });
    const shown = String(first.headers['x-request-id']);
    expect(shown).toMatch(HASHED);
    const again = await kit.post(path, body, { requestId });
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true', 'x-request-id': shown });
    // What the answer said is an id as well: it names the same request.
    const byHash = await kit.post(path, body, { requestId: shown });
    expect(byHash.headers).toMatchObject({ 'idempotent-replayed': 'true', 'x-request-id': shown });
    expect(byHash.headers).not.toHaveProperty('x-request-id-replaced');
    expect(await kit.triesRemaining(card)).toBe(2);
    const dump = await databaseDump(kit.database.superuserUrl);
    const written = [kit.service.output, ...dump.map(({ bytes }) => bytes.toString('latin1'))];
    expect(written.filter((text) => text.includes(requestId) || text.includes(pan))).toEqual([]);
    expect(written.filter((text) => text.includes(shown)).length).toBeGreaterThan(1);
  });

  it('as a card reference is refused, with a word about how to make one', async () => {
    const answer = await kit.post('/v1/cards', { cardRef: write(randomPan()) });
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(JSON.stringify(answer.body)).toMatch(/"pointer":"\/cardRef","detail":"[^"]*a UUID/);
  });
});

describe('a secret request id', () => {
  it('has another hash for each client, so that no client can look another one up', async () => {
    const requestId = randomPan();
    const of = async (clientId: string, tenantId: string) =>
      await kit.identity.tokenFor({ scopes: ['cards:write'], clientId, tenantId });
    const others = [await of('another-app', 'default'), await of('card-app', 'other')];
    const shown = await Promise.all(
      [kit.cardApp, ...others].map(async (token) => {
        const body = { cardRef: `ref-${randomUUID()}` };
        return (await kit.post('/v1/cards', body, { requestId, token })).headers['x-request-id'];
      }),
    );
    expect(shown).toEqual(shown.map(() => expect.stringMatching(HASHED) as string));
    expect(new Set(shown).size).toBe(3);
  });

  it.each([
    ['no token', { token: undefined }, 401],
    ['nothing to repeat', {}, 200],
  ])('is replaced by a generated one where there is %s', async (_, options, status) => {
    const requestId = randomPan();
    const token = 'token' in options ? {} : { token: kit.cardApp };
    const answer = await kit.service.request('GET', '/v1/pin-keys', {
      ...token,
      headers: { 'x-request-id': requestId },
    });
    expect(answer).toMatchObject({ status, headers: { 'x-request-id-replaced': 'true' } });
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(kit.service.output).not.toContain(requestId);
  });

  it('is not hashed for a request that is refused: nothing of it can be repeated', async () => {
    const refused = [
      await kit.post('/v1/cards', {}, { requestId: randomPan() }),
      await kit.post(`/v1/cards/none/close`, {}, { requestId: randomPan() }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 404]);
    for (const { headers } of refused) expect(headers['x-request-id']).toMatch(UUID);
  });
});
