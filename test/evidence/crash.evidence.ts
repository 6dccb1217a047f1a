import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { assertDurable } from '#libs/database';
import { randomPin } from '../support/random-pin.js';
import { isAlive } from '../rigs/host-pids.js';
import { PgProxy } from '../rigs/pg-proxy.js';
import { startTestServer, type TestServer } from '../rigs/postgres.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { SCALE, scaled } from '../support/scale.js';
import type { PinAnswer, PreparedRequest } from './card-app.js';
import { CrashedCard, OPERATIONS, type Operation } from './crashed-card.js';
import { crashAt, CRASH_POINTS, SETTLE, SPEND, type CrashPoint } from './service-crash.js';
import { isReady, MAX_TRIES, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

/** With the first eleven each point and each operation has had its turn. */
const KILLS = scaled({ ci: 11, full: 200 });
const ROUNDS = scaled({ ci: 1, full: 8 });
const BOTH_DIE = {
  ci: ['spend committed, not heard of'],
  full: ['spend lost', 'spend committed, not heard of', 'settle lost', 'settle committed, not heard of'],
} satisfies Record<typeof SCALE, readonly CrashPoint[]>;
/** No lock is final: cards are locked again and again here. */
const SETTINGS = { PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000', HSM_WORKERS: '1' };

let server: TestServer;
let rig: ServiceRig;
let proxy: PgProxy;
/** The one that lived to the end of the last test. */
let service: ServiceProcess | null = null;

beforeAll(async () => {
  server = await startTestServer({ durable: true });
  rig = await ServiceRig.open(server);
  await assertDurable(rig.owner);
  proxy = await PgProxy.start(rig.database.serviceUrl);
});
// A failed test must not fail the next ones.
afterEach(() => rig.faults());
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await server.dispose();
});

async function start(): Promise<ServiceProcess> {
  return await rig.start({ databaseUrl: proxy.url(rig.database.serviceUrl), settings: SETTINGS });
}

/** Starting takes seconds, so a service is used on as long as it lives. */
async function livingService(): Promise<ServiceProcess> {
  if (service === null || !isAlive(service.pid)) service = await start();
  return service;
}

async function freshService(): Promise<ServiceProcess> {
  await service?.[Symbol.asyncDispose]();
  return await livingService();
}

/** As after a power failure: no checkpoint, no goodbye. */
async function crashDatabase(): Promise<void> {
  await server.stopImmediately();
  await server.start();
}

/** Every operation at every point, in an order whose beginning has all points and all operations in it. */
function plan(): readonly (readonly [CrashPoint, Operation])[] {
  const all = CRASH_POINTS.flatMap((point) =>
    OPERATIONS.filter(({ change, right }) => (change && right) || !point.endsWith('the new PIN')).map(
      (operation) => [point, operation] as const,
    ),
  );
  const stride = 10;
  return Array.from(
    { length: KILLS },
    (_, index) => all[(index * stride) % all.length] as (typeof all)[number],
  );
}

it(`loses no debit and no change, and gives no extra guess, over ${KILLS} kills of the service`, async () => {
  let victim = await livingService();
  const card = await CrashedCard.issue(rig, victim, randomPin());
  let survivor = await start();
  service = survivor;
  for (const [point, operation] of plan()) {
    const request = await card.prepare(operation, survivor);
    const release = await crashAt(point, request, { rig, proxy, service: victim });
    // The killed replica starts again while the other one answers for it; then it is the other one's turn.
    const restarting = start();
    restarting.catch(() => undefined);
    await victim[Symbol.asyncDispose]();
    victim = survivor;
    await card.resolve({ point, operation, request, release, service: survivor });
    survivor = await restarting;
    service = survivor;
  }
  await card.exhaust(survivor);
  await victim[Symbol.asyncDispose]();
});

it('loses no debit when service and database die together', async () => {
  const card = await CrashedCard.issue(rig, await livingService(), randomPin());
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, point] of BOTH_DIE[SCALE].entries()) {
      const operation = OPERATIONS[(round + index) % OPERATIONS.length] as Operation;
      const request = await card.prepare(operation, await livingService());
      const crash = { rig, proxy, service: await livingService(), besides: crashDatabase };
      const release = await crashAt(point, request, crash);
      await card.resolve({ point, operation, request, release, service: await freshService() });
    }
  }
  await card.exhaust(await livingService());
});

it('goes on after the database died at spend and settle: each guess is judged once, and paid for', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [statement, when, right] of [
      [SPEND, 'beforeForward', false],
      [SPEND, 'afterServerReply', true],
      [SETTLE, 'beforeForward', true],
      [SETTLE, 'afterServerReply', false],
    ] as const) {
      const running = await livingService();
      const pin = randomPin();
      const card = await rig.app.cardWithPin(running, pin);
      const request = await rig.app.validation(card, right ? pin : randomPin());
      proxy[when](statement, () => crashDatabase().then(() => 'cut'), { times: 1 });
      const { status, body } = await finalAnswer(running, request);

      const [evaluated] = rig.counts.evaluations(request.envelopes);
      const left = await rig.app.triesRemaining(running, card);
      if (status === 200) {
        expect({ ...body, evaluated, left }).toMatchObject({
          verified: right,
          evaluated: 1,
          left: right ? MAX_TRIES : MAX_TRIES - 1,
        });
      } else {
        // The service gave its verdict up before the database was back.
        expect({ ...body, left }).toMatchObject({ code: 'EVALUATION_ABANDONED', left: MAX_TRIES - 1 });
        expect(evaluated).toBeLessThanOrEqual(1);
      }
    }
  }
});

it('recovers by itself from the death of its HSM host: the try is spent once the envelope was dispatched', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    // One service at the start of each round: hosts that die again and again are replaced after ever longer pauses.
    const running = await (round === 0 ? livingService() : freshService());
    const pin = randomPin();
    const card = await rig.app.cardWithPin(running, pin);
    // 'before' and 'after' the token opened the envelope; both times it was dispatched.
    for (const point of ['before dispatch', 'before', 'after'] as const) {
      const [host = 0] = running.hostPids();
      const request = await rig.app.validation(card, pin);
      const answer = await sendAndKillHost(point, running, request);
      const dispatched = point !== 'before dispatch';
      const code = dispatched ? 'EVALUATION_ABANDONED' : 'HSM_UNAVAILABLE';
      expect(answer).toMatchObject({ status: dispatched ? 409 : 503, body: { code } });
      rig.faults();
      await until('a ready service', () => isReady(running));
      expect(isAlive(host)).toBe(false);
      expect(running.hostPids()).toHaveLength(1);
      expect(await rig.app.triesRemaining(running, card)).toBe(dispatched ? MAX_TRIES - 1 : MAX_TRIES);

      const repeated = dispatched
        ? { status: 409, replayed: true, body: { code } }
        : { status: 200, replayed: false, body: { verified: true } };
      expect(await rig.app.send(running, request)).toMatchObject(repeated);
      expect(rig.counts.evaluations(request.envelopes)).toEqual([1]);
      expect(await rig.app.validate(running, card, pin)).toMatchObject({ body: { verified: true } });
    }
  }
});

async function sendAndKillHost(
  point: 'before dispatch' | 'before' | 'after',
  running: ServiceProcess,
  request: PreparedRequest,
): Promise<PinAnswer> {
  const { app, counts } = rig;
  const killHost = () => running.hostPids().forEach((host) => process.kill(host, 'SIGKILL'));
  if (point === 'before dispatch') {
    proxy.afterServerReply(SPEND, () => (killHost(), 'forward'), { times: 1 });
    return await app.send(running, request);
  }
  const [envelope] = request.envelopes;
  rig.faults({ function: 'C_UnwrapKey', when: point, hold: true, ciphertextPrefix: envelope.prefix });
  const answer = app.send(running, request);
  await until('the call', () =>
    point === 'before' ? counts.hasArrived(envelope) : counts.hasBeenOpened(envelope),
  );
  killHost();
  return await answer;
}

/** The same request, until neither database nor deadline stands between it and its final answer. */
async function finalAnswer(running: ServiceProcess, request: PreparedRequest): Promise<PinAnswer> {
  let answer = await rig.app.send(running, request);
  await until('a final answer', async () => {
    if (answer.status !== 503 && answer.body.code !== 'REQUEST_IN_PROGRESS') return true;
    // The service has answered, so it evaluates no more.
    if (answer.status === 409) await rig.passDeadline(request.card);
    answer = await rig.app.send(running, request);
    return false;
  });
  return answer;
}
