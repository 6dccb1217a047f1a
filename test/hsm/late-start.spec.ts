import { afterAll, beforeAll, expect, it } from 'vitest';
import { EvaluationLost, HsmUnavailable, type TransportKey } from '#libs/hsm';
import {
  CKU_USER,
  Cryptoki,
  type CryptokiSession,
  type Dispatch,
  Token,
  openEnvelope,
} from '#libs/hsm/pkcs11';
import { envelopeFor, garbage } from '../support/envelopes.js';
import { makeTestToken, type TestToken } from '../rigs/token.js';

/** The real token in this process, so that the test owns the clock between two steps of one evaluation. */
let testToken: TestToken;
let cryptoki: Cryptoki;
let session: CryptokiSession;
let token: Token;
let key: TransportKey;

beforeAll(async () => {
  testToken = await makeTestToken();
  // Read by the module when it is initialised.
  process.env['SOFTHSM2_CONF'] = testToken.configuration;
  cryptoki = new Cryptoki(testToken.module);
  cryptoki.initialize();
  const { tokenLabel, registeredKeys } = testToken;
  token = new Token(cryptoki, {
    tokenLabel,
    profile: 'softhsm2',
    allowWeakEnforcement: false,
    registeredKeys,
  });
  session = token.openReadWriteSession();
  session.login(CKU_USER, testToken.tokenPin.reveal());
  const [held] = token.keys.transport.values();
  if (held === undefined) throw new Error('no transport key');
  key = { kid: held.kid, ...held.jwk, alg: 'RSA-OAEP', current: true, expiresAt: null };
});
afterAll(async () => {
  session.close();
  cryptoki.finalize();
  await testToken.remove();
});

/** Shows the clock's readings one after the other, and counts dispatch records. */
function clockOf(...readings: readonly bigint[]) {
  const left = [...readings];
  const clock = {
    dispatched: 0,
    now: () => left.shift() ?? 0n,
    record: () => void (clock.dispatched += 1),
  } satisfies Dispatch & { dispatched: number };
  return clock;
}

const opening = { generations: [1], startBefore: 100n };

it('opens on the last nanosecond', async () => {
  const clock = clockOf(100n, 100n);
  using r0s = openEnvelope(token, { ...opening, ...(await envelopeFor('4832', key)) }, clock);
  expect(r0s.r0(1)).toHaveLength(24);
  expect(clock.dispatched).toBe(1);
});

it('reports nothing and opens nothing when it is late', async () => {
  const clock = clockOf(101n);
  const envelope = await envelopeFor('4832', key);
  expect(() => openEnvelope(token, { ...opening, ...envelope }, clock)).toThrow(HsmUnavailable);
  expect(clock.dispatched).toBe(0);
});

it('opens nothing when writing the dispatch record took too long', async () => {
  const clock = clockOf(99n, 101n);
  const envelope = await envelopeFor('4832', key);
  expect(() => openEnvelope(token, { ...opening, ...envelope }, clock)).toThrow(HsmUnavailable);
  expect(clock.dispatched).toBe(1);
});

it('does not open once more after its time', () => {
  const clock = clockOf(99n, 100n, 101n);
  expect(() => openEnvelope(token, { ...opening, ...garbage(key) }, clock)).toThrow(EvaluationLost);
});

it('zeroes R0 when it is disposed of', async () => {
  const r0s = openEnvelope(token, { ...opening, ...(await envelopeFor('4832', key)) }, clockOf());
  const r0 = r0s.r0(1);
  expect(r0.some((byte) => byte !== 0)).toBe(true);
  r0s[Symbol.dispose]();
  expect(r0.every((byte) => byte === 0)).toBe(true);
  expect(() => r0s.r0(1)).toThrow('was not wrapped');
});

it('leaves no object behind in the session', async () => {
  for (let round = 0; round < 50; round += 1) {
    openEnvelope(token, { ...opening, ...(await envelopeFor('4832', key)) }, clockOf())[Symbol.dispose]();
    expect(() => openEnvelope(token, { ...opening, ...garbage(key) }, clockOf())).toThrow();
  }
  expect(token.session.find({ CKA_TOKEN: false })).toEqual([]);
  // The search does find such objects: here is one.
  const created = session.createObject([
    { type: 0, value: 0 },
    { type: 1, value: false },
  ]);
  expect(token.session.find({ CKA_TOKEN: false })).toHaveLength(1);
  session.destroyObject(created);
});
