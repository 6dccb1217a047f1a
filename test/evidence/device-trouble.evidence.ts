import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '#libs/database';
import { EVALUATION_WINDOW_MS } from '#libs/hsm';
import { changePolicy } from '#libs/policy';
import { randomPin } from '../support/random-pin.js';
import { isAlive } from '../rigs/host-pids.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { CKR, type Fault } from '../rigs/shim.js';
import { scaled } from '../support/scale.js';
import type { IssuedCard, PinAnswer, PreparedRequest } from './card-app.js';
import { isReady, MAX_TRIES, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const ROUNDS = scaled({ ci: 1, full: 5 });
/** The shortest there is. */
const WINDOW_MS = 3_000;
/** Between the deadline and the answer: the settle, on a busy machine. */
const ANSWER_WITHIN_MS = 5_000;

/** Hosts of one service that may fail before it gets a successor: the pauses between hosts double. */
const TROUBLES_A_SERVICE = 5;

let rig: ServiceRig;
let service: ServiceProcess;
let troubles = 0;
let pin: string;
let card: IssuedCard;

beforeAll(async () => {
  rig = await ServiceRig.open();
  service = await start();
});
// A failed test must not fail the next ones.
afterEach(() => rig.faults());
afterAll(async () => await rig[Symbol.asyncDispose]());

async function start(): Promise<ServiceProcess> {
  return await rig.start({ settings: { PIN_EVALUATION_WINDOW_MS: String(WINDOW_MS) } });
}

async function prepareForTrouble(): Promise<void> {
  troubles += 1;
  if (troubles % TROUBLES_A_SERVICE === 0) {
    await service[Symbol.asyncDispose]();
    service = await start();
  }
  await until('a ready service', () => isReady(service));
  await newCard();
}

async function newCard(): Promise<void> {
  pin = randomPin();
  card = await rig.app.cardWithPin(service, pin);
}

/** The request's first answer that is not 503; until then nothing else comes. */
async function answerOnceRecovered(request: PreparedRequest): Promise<PinAnswer> {
  for (const end = Date.now() + 60_000; ;) {
    const answer = await rig.app.send(service, request);
    if (answer.status !== 503 || Date.now() > end) return answer;
    expect(answer).toMatchObject({ body: { code: 'HSM_UNAVAILABLE' } });
  }
}

const unwrap = { function: 'C_UnwrapKey' };
const wrap = { function: 'C_WrapKey' };
const TROUBLES: readonly (readonly [string, Fault])[] = [
  ['C_UnwrapKey answers CKR_DEVICE_ERROR', { ...unwrap, returns: CKR.DEVICE_ERROR }],
  ['C_UnwrapKey answers CKR_GENERAL_ERROR', { ...unwrap, returns: CKR.GENERAL_ERROR }],
  ['C_WrapKey answers CKR_DEVICE_ERROR', { ...wrap, returns: CKR.DEVICE_ERROR }],
  ['C_WrapKey answers CKR_GENERAL_ERROR', { ...wrap, returns: CKR.GENERAL_ERROR }],
  [
    'C_UnwrapKey opens it and answers CKR_DEVICE_ERROR',
    { ...unwrap, when: 'after', returns: CKR.DEVICE_ERROR },
  ],
];

const OPERATIONS = [
  ['validation of the right PIN', { change: false, right: true }],
  ['validation of a wrong PIN', { change: false, right: false }],
  ['change', { change: true, right: true }],
] as const;

/** In the small run each trouble meets one operation, in the full run all. */
const CASES = TROUBLES.flatMap(([trouble, fault], index) =>
  OPERATIONS.filter((_, number) => scaled({ ci: Number((index + number) % 3 === 2), full: 1 }) === 1).map(
    ([name, operation]) => [name, trouble, { fault, ...operation }] as const,
  ),
);

it.each(CASES)(
  '%s while every %s: 503, the try is given back, and the same bytes and id do it later',
  async (_name, _trouble, { fault, change, right }) => {
    await prepareForTrouble();
    const current = right ? pin : randomPin();
    const request = await (change
      ? rig.app.change(card, current, randomPin(), await rig.app.otp(service, card))
      : rig.app.validation(card, current));
    rig.faults(fault);
    const refused = await rig.app.send(service, request);
    expect(refused).toMatchObject({ status: 503, body: { code: 'HSM_UNAVAILABLE' } });
    expect(refused.retryAfter).toBeGreaterThan(0);
    // It was not refused beforehand: what a change needs of the weak list is kept since the card's PIN was set.
    expect(rig.counts.hasArrived(request.envelopes[0])).toBe(true);
    expect(await rig.app.triesRemaining(service, card)).toBe(MAX_TRIES);

    rig.faults();
    const done = await answerOnceRecovered(request);
    const body = change ? { changed: true } : { verified: right };
    expect(done).toMatchObject({ status: 200, replayed: false, body });
    expect(await rig.app.triesRemaining(service, card)).toBe(right ? MAX_TRIES : MAX_TRIES - 1);
  },
);

it('garbage of the right length costs a try, and the third locks', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    await newCard();
    for (let left = MAX_TRIES - 1; left >= 0; left -= 1) {
      const garbage = rig.app.garbage(card);
      const members = { triesRemaining: left, pinStatus: left === 0 ? 'locked' : 'active' };
      expect(await rig.app.send(service, garbage)).toMatchObject({
        status: 422,
        body: { code: 'PIN_ENVELOPE_UNREADABLE', ...members },
      });
      // Once, and once more after the canary has shown that the device is well.
      expect(rig.counts.evaluations(garbage.envelopes)).toEqual([2]);
    }
    const right = await rig.app.validation(card, pin);
    expect(await rig.app.send(service, right)).toMatchObject({ status: 423 });
    expect(rig.counts.evaluations(right.envelopes)).toEqual([0]);
  }
});

it('one hung C_UnwrapKey: others go on, a final answer comes at the deadline, a fresh host without a restart', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    await prepareForTrouble();
    const otherPin = randomPin();
    const otherCard = await rig.app.cardWithPin(service, otherPin);
    const [host] = service.hostPids();
    const request = await rig.app.validation(card, pin);
    const [{ prefix }] = request.envelopes;
    rig.faults({ ...unwrap, hang: true, ciphertextPrefix: prefix });
    const sentAt = Date.now();
    const hung = rig.app.send(service, request);
    await until('the call', () => rig.counts.hasArrived({ prefix }));
    for (let count = 0; count < 10; count += 1) {
      expect(await rig.app.validate(service, otherCard, otherPin)).toMatchObject({
        body: { verified: true },
      });
    }
    // Still hanging: the others were not served by a replacement.
    expect(service.hostPids()).toEqual([host]);
    expect(await hung).toMatchObject({ status: 409, body: { code: 'EVALUATION_ABANDONED' } });
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(WINDOW_MS);
    expect(Date.now() - sentAt).toBeLessThan(WINDOW_MS + ANSWER_WITHIN_MS);

    const repeated = await answerOnceRecovered(request);
    expect(repeated).toMatchObject({ status: 409, replayed: true, body: { code: 'EVALUATION_ABANDONED' } });
    expect(await rig.app.triesRemaining(service, card)).toBe(MAX_TRIES - 1);
    await until('the end of the hung host', () => host !== undefined && !isAlive(host));
    expect(await rig.app.validate(service, card, pin)).toMatchObject({ body: { verified: true } });
  }
});

/** What a Luna HA group's documented failover pauses one call. */
const FAILOVER_MS = 20_000;

it('one session stalls for twenty seconds within the window of a Luna HA group: its verdict is delivered, no try more', async () => {
  await service[Symbol.asyncDispose]();
  const pinEvaluationWindowMs = EVALUATION_WINDOW_MS.luna;
  const settings = { PIN_EVALUATION_WINDOW_MS: String(pinEvaluationWindowMs) };
  // The policy of the database says what holds; the setting is what the service is told to expect.
  const who = { tenantId: '*', clientId: 'pinctl', subject: 'an officer' };
  const officer = { ...who, sourceAddress: null, requestId: randomUUID() };
  await inTransaction(rig.owner, (manager) =>
    changePolicy(manager, officer, { changes: { pinEvaluationWindowMs }, reason: 'A Luna HA group' }),
  );
  service = await rig.start({ settings });
  await newCard();
  const otherPin = randomPin();
  const otherCard = await rig.app.cardWithPin(service, otherPin);
  const [host] = service.hostPids();
  // In CI once: it takes its twenty seconds.
  for (const right of scaled({ ci: 1, full: 2 }) === 1 ? [false] : [false, true]) {
    const request = await rig.app.validation(card, right ? pin : randomPin());
    const [{ prefix }] = request.envelopes;
    rig.faults({ ...unwrap, latencyMs: FAILOVER_MS, calls: 1, ciphertextPrefix: prefix });
    const sentAt = Date.now();
    const stalled = rig.app.send(service, request);
    await until('the call', () => rig.counts.hasArrived({ prefix }));
    // The others go on meanwhile, and a second guess at this card has to wait.
    expect(await rig.app.validate(service, otherCard, otherPin)).toMatchObject({ body: { verified: true } });
    expect(await rig.app.validate(service, card, pin)).toMatchObject({
      status: 409,
      body: { code: 'PIN_EVALUATION_IN_PROGRESS' },
    });
    const left = right ? MAX_TRIES : MAX_TRIES - 1;
    expect(await stalled).toMatchObject({ status: 200, body: { verified: right, triesRemaining: left } });
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(FAILOVER_MS);
    expect(rig.counts.evaluations(request.envelopes)).toEqual([1]);
    expect(await rig.app.triesRemaining(service, card)).toBe(left);
    expect(service.hostPids()).toEqual([host]);
  }
});
