import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { buildShim, setFaults, shimEnvironment, type Fault } from '../rigs/shim.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const LAG_MS = 1_000;
/** More than a hundred for each of the slow ones. */
const QUICK_CALLS = 400;

let kit: ServiceKit;
let replica: ServiceProcess;
let cards: readonly KnownCard[];
const pin = randomPin();
const faultFile = () => join(kit.token.directory, 'lag-faults');
const faults = (...all: readonly Fault[]) => setFaults(faultFile(), all);

beforeAll(async () => {
  kit = await ServiceKit.open(FEW_WEAK_PINS);
  faults();
  replica = await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    module: buildShim(),
    environment: {
      ...NO_RATE_LIMITS,
      ...shimEnvironment({ module: kit.token.module, faults: faultFile() }),
      HSM_LAG_MS: String(LAG_MS),
      HSM_WORKERS: '2',
    },
  });
  cards = [await kit.cardWithPin(pin), await kit.cardWithPin(pin), await kit.cardWithPin(pin)];
});
afterAll(async () => {
  await replica[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

const readiness = async () => await replica.request('GET', '/health/ready');
async function validate(card: KnownCard) {
  const body = { encryptedPin: await kit.encrypt(pin, card) };
  const headers = { 'x-request-id': randomUUID() };
  const path = `/v1/cards/${card.cardId}/pin/validate`;
  return await replica.request('POST', path, { token: kit.cardApp, body, headers });
}
const metric = async (name: string) =>
  Number(
    new RegExp(`^${name} (\\S+)$`, 'm').exec(String((await replica.request('GET', '/metrics')).body))?.[1],
  );

describe('an HSM that lags', () => {
  it('is told with numbers while the replica stays ready: readiness, metrics, a line when it begins and one when it ends', async () => {
    expect((await readiness()).body).toMatchObject({ degraded: [], hsm: { ready: true, lagging: false } });
    faults({ function: 'C_UnwrapKey', latencyMs: LAG_MS * 2 });
    const slow = Promise.all(cards.map(validate));
    await expect.poll(readiness).toMatchObject({
      status: 200,
      body: { status: 'ready', degraded: ['hsm'], hsm: { ready: true, lagging: true } },
    });
    expect((await slow).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await readiness()).body).toMatchObject({
      hsm: { p99Ms: expect.toSatisfy((ms: number) => ms >= LAG_MS) },
    });
    expect(await metric('pinward_hsm_lagging')).toBe(1);
    expect(await metric('pinward_hsm_recent_p99_seconds')).toBeGreaterThanOrEqual(LAG_MS / 1_000);
    await expect.poll(() => replica.output).toMatch(/"warn".*the HSM lags: p99 \d+ ms, the oldest of \d+/);
    faults();
    // Until the slow ones are less than one in a hundred; where many more are slow, until they are a minute old.
    for (let quick = 0; quick < QUICK_CALLS; quick += cards.length) await Promise.all(cards.map(validate));
    await expect
      .poll(async () => (await readiness()).body)
      .toMatchObject({ degraded: [], hsm: { lagging: false } });
    await expect.poll(() => replica.output).toContain('the HSM lags no more');
    // It did not come and go.
    expect(replica.output.match(/the HSM lags: /g)).toHaveLength(1);
  }, 180_000);

  it('and answers nothing in the time that it may take makes the replica not ready, with the cause in the log', async () => {
    faults({ function: 'C_UnwrapKey', hold: true });
    const lost = Promise.all(cards.map(validate));
    await expect.poll(readiness).toMatchObject({
      status: 503,
      body: { status: 'not ready', hsm: { ready: false } },
    });
    expect((await lost).filter(({ status }) => status === 200)).toEqual([]);
    await expect.poll(() => replica.output).toMatch(/the HSM is not ready: a call does not return/);
    expect(replica.output).toContain('the HSM host is replaced by another one: a call does not return');
    faults();
    await expect.poll(readiness).toMatchObject({ status: 200, body: { hsm: { ready: true } } });
    await expect.poll(() => replica.output).toContain('the HSM is ready again');
    expect(await metric('pinward_hsm_hosts_replaced')).toBe(1);
  }, 180_000);
});
