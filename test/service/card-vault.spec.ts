import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  privateDecrypt,
  randomUUID,
  constants,
  type KeyObject,
} from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPan } from '../support/random-pan.js';
import { randomPin } from '../support/random-pin.js';
import { concatKdf, decoded, opened } from './jwe-by-hand.js';
import { ServiceKit, type KnownCard } from './service-kit.js';
import { pinAccountFromPan } from '#libs/client/pin-block';

let kit: ServiceKit;
let owner: DataSource;
beforeAll(async () => {
  kit = await ServiceKit.open(NO_RATE_LIMITS);
  owner = await kit.openOwner();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const ref = () => `ref-${randomUUID()}`;
const register = async (body: object) => await kit.post('/v1/cards', body);

async function cardOf(pan: string, more: object = {}): Promise<KnownCard> {
  const { status, body } = await register({ cardRef: ref(), pan, ...more });
  if (status !== 201) throw new Error(`not registered: ${status}`);
  return body as KnownCard;
}

/** What trail and receivers are told of a registration, without what differs between any two. */
async function traceOf({ cardId }: KnownCard): Promise<unknown> {
  const lines = await owner.query<{ action: string; result: string; members: string[] }[]>(
    `SELECT action, result, (SELECT array_agg(k ORDER BY k) FROM json_object_keys(details::json) AS k) AS members
       FROM audit_events WHERE card_id = $1`,
    [cardId],
  );
  const events = await owner.query<{ type: string }[]>('SELECT type FROM outbox_events WHERE card_id = $1', [
    cardId,
  ]);
  return { lines, events };
}

async function reveal(
  { cardId }: Pick<KnownCard, 'cardId'>,
  recipientKey: unknown,
  requestId = randomUUID(),
) {
  const otp = await kit.otpFor({ cardId }, 'card-reveal');
  return await kit.post(`/v1/cards/${cardId}/reveal`, { otp, recipientKey }, { requestId });
}

describe('a PAN', () => {
  it('is stored, and shown as its last four digits', async () => {
    const pan = randomPan();
    const answer = await register({ cardRef: ref(), pan, expiry: '12/29', holderName: 'ANNA MÜLLER' });
    expect(answer).toMatchObject({ status: 201, body: { maskedPan: `XXXX${pan.slice(-4)}` } });
    expect(JSON.stringify(answer.body)).not.toContain(pan.slice(0, 12));
    const { cardId } = answer.body as KnownCard;
    const read = await kit.service.request('GET', `/v1/cards/${cardId}`, { token: kit.cardApp });
    expect(read.body).toEqual(answer.body);
    const found = await kit.service.request('GET', `/v1/admin/cards?last4=${pan.slice(-4)}`, {
      token: kit.operator,
    });
    expect((found.body as { items: { cardId: string }[] }).items.map((card) => card.cardId)).toContain(
      cardId,
    );
  });

  it('is never compared: a reference that is taken answers whatever data come alike', async () => {
    const card = { cardRef: ref(), pan: randomPan(), expiry: '12/29', holderName: 'ANNA' };
    const requestId = randomUUID();
    const first = await kit.post('/v1/cards', card, { requestId });
    expect(first.status).toBe(201);
    const guesses = [
      card,
      { ...card, pan: randomPan() },
      { ...card, expiry: '11/29' },
      { ...card, expiry: '12/2029' },
      { ...card, holderName: 'BERTA' },
      { ...card, pinAccountSource: 'pan' },
      { cardRef: card.cardRef, pan: card.pan },
      { cardRef: card.cardRef },
    ];
    const answers = await Promise.all(guesses.map(register));
    expect(answers.map(({ status }) => status)).toEqual(guesses.map(() => 409));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ code: 'CARD_REF_IN_USE' });
    // The same request id and bytes are the same request.
    expect(await kit.post('/v1/cards', card, { requestId })).toMatchObject({ status: 201, body: first.body });
  });

  it('given for a card without one is refused, whatever it is', async () => {
    const cardRef = ref();
    await register({ cardRef });
    expect(await register({ cardRef, pan: randomPan() })).toMatchObject({
      status: 409,
      body: { code: 'CARD_REF_IN_USE' },
    });
    expect((await register({ cardRef })).status).toBe(200);
  });

  it('is stored once of many registrations at once, and copies of one request get its answer', async () => {
    const card = { cardRef: ref(), pan: randomPan() };
    const requestId = randomUUID();
    const copies = await Promise.all(
      Array.from({ length: 20 }, () => kit.post('/v1/cards', card, { requestId })),
    );
    const [first] = copies;
    expect(first?.status).toBe(201);
    for (const copy of copies) expect(copy).toMatchObject({ status: 201, body: first?.body });
    const other = { cardRef: ref(), pan: randomPan() };
    const rivals = await Promise.all(Array.from({ length: 20 }, () => register(other)));
    const counts = [201, 409].map((status) => rivals.filter((rival) => rival.status === status).length);
    expect(counts).toEqual([1, 19]);
  });

  it('that a tenant has twice is told nowhere: registering guesses finds no card', async () => {
    const pan = randomPan();
    await cardOf(pan);
    const [again, never] = [await cardOf(pan), await cardOf(randomPan())];
    const [known, unknown] = await Promise.all([again, never].map((card) => traceOf(card)));
    expect(known).toEqual(unknown);
  });

  it.each<[string, object]>([
    ['/pan', { pan: '4111111111111112' }],
    ['/pan', { pan: '4111 1111 1111 1111' }],
    ['/pan', { pan: '٤١١١١١١١١١١١١١١١' }],
    ['/pan', { pan: '0' }],
    ['/expiry', { pan: '4111111111111111', expiry: '13/29' }],
    ['/holderName', { pan: '4111111111111111', holderName: '4111 1111 1111 1111' }],
    ['/expiry', { expiry: '12/29' }],
    ['/holderName', { holderName: 'ANNA' }],
    ['/holderName', { pan: '4111111111111111', holderName: 'ANNA\u202eMÜLLER' }],
    ['/pinAccountSource', { pinAccountSource: 'pan' }],
    ['/cvv', { pan: '4111111111111111', cvv: '123' }],
    ['/cvc', { pan: '4111111111111111', cvc: '123' }],
    ['/cardVerificationValue', { pan: '4111111111111111', cardVerificationValue: '123' }],
  ])('is refused at %s with %j', async (pointer, data) => {
    const answer = await register({ cardRef: ref(), ...data });
    expect(answer).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    const pointers = (answer.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer);
    expect(pointers).toContain(pointer);
    expect(JSON.stringify(answer.body)).not.toContain('4111111111');
  });

  it('can be the PIN account: PIN blocks bound to it are accepted, and the weak list knows them', async () => {
    const pan = randomPan();
    const { cardId, pinAccount } = await cardOf(pan, { pinAccountSource: 'pan' });
    expect(pinAccount).toBeUndefined();
    const card = { cardId, pinAccount: pinAccountFromPan(pan) };
    const set = async (pin: string) =>
      await kit.post(`/v1/cards/${cardId}/pin`, { encryptedPin: await kit.encrypt(pin, card) });
    expect(await set('1234')).toMatchObject({ status: 422, body: { code: 'PIN_TOO_WEAK' } });
    const pin = randomPin();
    expect(await set(pin)).toMatchObject({ status: 201 });
    expect((await kit.validate(card, pin)).body).toMatchObject({ verified: true });
    const [row] = await owner.query<{ pin_account: string | null }[]>(
      'SELECT pin_account FROM cards WHERE card_id = $1',
      [cardId],
    );
    expect(row).toEqual({ pin_account: null });
  });
});

describe('a reveal', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, unknown>;

  it('is encrypted to an RSA key, as node:crypto decrypts it by hand (RFC 7516)', async () => {
    const pan = randomPan();
    const card = await cardOf(pan, { expiry: '2029-12', holderName: 'ANNA MÜLLER' });
    const answer = await reveal(card, { ...jwk(rsa.publicKey), kid: 'app-1' });
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toContain('no-store');
    const [header = '', wrapped = ''] = (answer.body as { jwe: string }).jwe.split('.');
    expect(decoded(header)).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'json', kid: 'app-1' });
    const key = privateDecrypt(
      { key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      Buffer.from(wrapped, 'base64url'),
    );
    const { cardId } = card;
    expect(opened(answer.body, key)).toEqual({ cardId, pan, expiry: '2029-12', holderName: 'ANNA MÜLLER' });
  });

  it.each(['P-256', 'P-384'])(
    'is encrypted to an EC key on %s, with the Concat KDF by hand (RFC 7518)',
    async (curve) => {
      const pan = randomPan();
      const card = await cardOf(pan);
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
      const answer = await reveal(card, jwk(publicKey));
      expect(answer.status).toBe(200);
      const header = decoded((answer.body as { jwe: string }).jwe.split('.')[0] ?? '');
      expect(header).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM' });
      const ephemeral = createPublicKey({ key: header['epk'] as never, format: 'jwk' });
      const secret = diffieHellman({ privateKey, publicKey: ephemeral });
      expect(opened(answer.body, concatKdf(secret, 'A256GCM', 256))).toEqual({ cardId: card.cardId, pan });
    },
  );

  it('happens once for a one-time password, is on record, and is told to receivers', async () => {
    const card = await cardOf(randomPan());
    const otp = await kit.otpFor(card, 'card-reveal');
    const path = `/v1/cards/${card.cardId}/reveal`;
    const body = { otp, recipientKey: jwk(rsa.publicKey) };
    // Over connections that exist: handshakes would send them one after the other.
    await Promise.all(Array.from({ length: 100 }, () => kit.service.request('GET', '/health/live')));
    const answers = await Promise.all(Array.from({ length: 100 }, () => kit.post(path, body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]));
    const [audit, events] = await Promise.all(
      ['audit_events WHERE action =', 'outbox_events WHERE type ='].map(async (table, index) =>
        owner.query<unknown[]>(`SELECT FROM ${table} $1 AND card_id = $2`, [
          ['card.reveal', 'card.revealed'][index],
          card.cardId,
        ]),
      ),
    );
    expect([audit?.length, events?.length]).toEqual([1, 1]);
  });

  it('is refused for a wrong code, three times', async () => {
    const card = await cardOf(randomPan());
    const otp = await kit.otpFor(card, 'card-reveal');
    const code = String((Number(otp.code) + 1) % 1_000_000).padStart(6, '0');
    for (const attemptsRemaining of [2, 1, 0]) {
      const body = { otp: { ...otp, code }, recipientKey: jwk(rsa.publicKey) };
      const answer = await kit.post(`/v1/cards/${card.cardId}/reveal`, body);
      expect(answer).toMatchObject({ status: 422, body: { code: 'OTP_REJECTED', attemptsRemaining } });
      expect(answer.body).not.toHaveProperty('jwe');
    }
  });

  it('is refused for a wrong code also where no request id would tell a stored refusal', async () => {
    const card = await cardOf(randomPan());
    const otp = await kit.otpFor(card, 'card-reveal');
    const code = String((Number(otp.code) + 1) % 1_000_000).padStart(6, '0');
    const answer = await kit.service.request('POST', `/v1/cards/${card.cardId}/reveal`, {
      token: kit.cardApp,
      body: { otp: { ...otp, code }, recipientKey: jwk(rsa.publicKey) },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'OTP_REJECTED', attemptsRemaining: 2 } });
  });

  it('is never answered twice', async () => {
    const card = await cardOf(randomPan());
    const otp = await kit.otpFor(card, 'card-reveal');
    const requestId = randomUUID();
    const body = { otp, recipientKey: jwk(rsa.publicKey) };
    const path = `/v1/cards/${card.cardId}/reveal`;
    expect((await kit.post(path, body, { requestId })).status).toBe(200);
    expect(await kit.post(path, body, { requestId })).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_NOT_REPLAYABLE' },
    });
  });

  it.each<[string, () => unknown]>([
    ['a private key', () => jwk(rsa.privateKey)],
    ['RSA with 1024 bits', () => jwk(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
    ['another curve', () => jwk(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey)],
    [
      'a point off the curve',
      () => ({ ...jwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), y: 'AAAA' }),
    ],
    ['a symmetric key', () => ({ kty: 'oct', k: 'AAAA' })],
    ['a key for signatures', () => ({ ...jwk(rsa.publicKey), use: 'sig' })],
    ['another algorithm', () => ({ ...jwk(rsa.publicKey), alg: 'RSA1_5' })],
    ['e = 1, which any reader can read', () => ({ ...jwk(rsa.publicKey), e: 'AQ' })],
    ['n = 2^2048 - 1, easily factored', () => ({ ...jwk(rsa.publicKey), n: '_'.repeat(341) + 'w' })],
    ['no key', () => ({})],
    ['a text', () => 'key'],
  ])('is refused for %s, and keeps the one-time password', async (_what, key) => {
    const card = await cardOf(randomPan());
    const otp = await kit.otpFor(card, 'card-reveal');
    const path = `/v1/cards/${card.cardId}/reveal`;
    expect(await kit.post(path, { otp, recipientKey: key() })).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID' },
    });
    expect((await kit.post(path, { otp, recipientKey: jwk(rsa.publicKey) })).status).toBe(200);
  });

  it('is refused for a card without data', async () => {
    expect(await reveal(await kit.register(), jwk(rsa.publicKey))).toMatchObject({
      status: 409,
      body: { code: 'CARD_DATA_MISSING' },
    });
  });

  it.each<[string, string]>([
    [
      "another card's PAN",
      'UPDATE card_data c SET pan = o.pan FROM card_data o WHERE c.card_id = $1 AND o.card_id = $2',
    ],
    [
      'the expiry in place of the PAN',
      'UPDATE card_data SET pan = expiry WHERE card_id = $1 AND $2::uuid IS NOT NULL',
    ],
    [
      'a truncated PAN',
      'UPDATE card_data SET pan = substring(pan, 1, 30) WHERE card_id = $1 AND $2::uuid IS NOT NULL',
    ],
    [
      'an edited PAN',
      'UPDATE card_data SET pan = set_byte(pan, 15, get_byte(pan, 15) # 1) WHERE card_id = $1 AND $2::uuid IS NOT NULL',
    ],
    [
      'another generation',
      'UPDATE card_data SET seal_generation = 2 WHERE card_id = $1 AND $2::uuid IS NOT NULL',
    ],
    [
      "another tenant's row",
      `UPDATE cards SET tenant_id = 'other' WHERE card_id = $1 AND $2::uuid IS NOT NULL`,
    ],
  ])('opens nothing that was tampered with in the database: %s', async (_what, sql) => {
    const [card, other] = [await cardOf(randomPan(), { expiry: '12/29' }), await cardOf(randomPan())];
    const otp = await kit.otpFor(card, 'card-reveal');
    await owner.query(sql, [card.cardId, other.cardId]);
    const answer = await kit.post(`/v1/cards/${card.cardId}/reveal`, {
      otp,
      recipientKey: jwk(rsa.publicKey),
    });
    expect([404, 500, 503]).toContain(answer.status);
    expect(answer.body).not.toHaveProperty('jwe');
    const [row] = await owner.query<{ status: string }[]>(
      'SELECT status FROM one_time_passwords WHERE otp_id = $1',
      [otp.otpId],
    );
    expect(row).toEqual({ status: 'live' });
  });
});

describe('a card that is closed', () => {
  it('has lost its PAN, its verifiers and its one-time passwords, and takes nothing any more', async () => {
    const pan = randomPan();
    const cardRef = ref();
    const { body } = await register({ cardRef, pan });
    const card = body as KnownCard;
    const pin = randomPin();
    const encrypted = async () => await kit.encrypt(pin, card);
    expect((await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await encrypted() })).status).toBe(
      201,
    );
    const otp = await kit.otpFor(card, 'pin-reset');
    const requestId = randomUUID();
    const closed = await kit.post(`/v1/cards/${card.cardId}/close`, undefined, { requestId });
    expect(closed).toMatchObject({ status: 200, body: { pinStatus: 'closed' } });
    const again = await kit.post(`/v1/cards/${card.cardId}/close`, undefined, { requestId });
    expect(again).toMatchObject({ status: 200, body: closed.body });
    expect(again.headers['idempotent-replayed']).toBe('true');

    const left = await owner.query<Record<string, unknown>[]>(
      `SELECT verifier, verifier_salt,
              (SELECT count(*)::int FROM card_data d WHERE d.card_id = c.card_id) AS data,
              (SELECT count(*)::int FROM pin_history h WHERE h.card_id = c.card_id) AS history,
              (SELECT count(*)::int FROM one_time_passwords o WHERE o.card_id = c.card_id) AS otps,
              (SELECT count(*)::int FROM outbox_events e WHERE e.card_id = c.card_id AND sealed IS NOT NULL) AS sealed,
              (SELECT count(*)::int FROM outbox_events e WHERE e.card_id = c.card_id AND type = 'card.closed') AS told
         FROM cards c WHERE card_id = $1`,
      [card.cardId],
    );
    expect(left).toEqual([
      { verifier: null, verifier_salt: null, data: 0, history: 0, otps: 0, sealed: 0, told: 1 },
    ]);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const recipientKey = publicKey.export({ format: 'jwk' });
    const path = `/v1/cards/${card.cardId}`;
    const everything: [string, unknown][] = [
      [`${path}/pin`, { encryptedPin: await encrypted() }],
      [`${path}/pin/validate`, { encryptedPin: await encrypted() }],
      [`${path}/pin/change`, { currentPin: await encrypted(), newPin: await encrypted(), otp }],
      [`${path}/pin/reset`, { newPin: await encrypted(), otp }],
      [`${path}/otp`, { purpose: 'pin-reset' }],
      [`${path}/reveal`, { otp, recipientKey }],
      [`${path}/close`, undefined],
      ['/v1/cards', { cardRef, pan }],
    ];
    for (const [route, request] of everything) {
      expect(await kit.post(route, request), route).toMatchObject({
        status: 409,
        body: { code: 'CARD_CLOSED' },
      });
    }
    const read = await kit.service.request('GET', path, { token: kit.cardApp });
    expect(read).toMatchObject({ status: 200, body: { pinStatus: 'closed' } });
  });
});
