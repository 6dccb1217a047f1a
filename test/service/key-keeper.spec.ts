import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openPinHsm, type PinHsm, type RegisteredKey } from '#libs/hsm';
import { HOLDER_REPORT_MS, readKeyHolders, reportHeldKeys } from '#libs/keys';
import { KeyKeeper } from '../../apps/pin-service/src/key-keeper.js';
import { shimmedSettings } from '../hsm/shimmed-hsm.js';
import { until } from '../support/until.js';
import { openStore, type StoreUnderTest } from '../store/store-kit.js';
import { gate, PgProxy } from '../rigs/pg-proxy.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { setFaults, timesFired, type Fault } from '../rigs/shim.js';
import type { TestToken } from '../rigs/token.js';

/** The longest that HSM_KEY_REFRESH_MS may be. */
const REPLICA = { host: 'tests', version: '0.0.0', policyVersion: 1 };
const REFRESH_MS = 60_000;
const NEXT = 'otp-2';
const HELD_LOGIN: readonly Fault[] = [{ function: 'C_Login', hold: true }];

let rig: StoreUnderTest;
let token: TestToken;
let faults: string;
let hsm: PinHsm;
let keeper: KeyKeeper;
let registered: readonly RegisteredKey[];

beforeAll(async () => {
  rig = await openStore();
  token = await orderSoftHsmToken([...STANDARD_KEYS, { kind: 'otp', generation: 2, rsaBits: 2048 }]);
  faults = join(token.directory, 'faults');
});
afterAll(async () => {
  await token.remove();
  await rig[Symbol.asyncDispose]();
});

beforeEach(async () => {
  setFaults(faults, []);
  registered = before();
  hsm = await openPinHsm({ ...shimmedSettings(token), registeredKeys: async () => registered });
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  keeper = keeperOn(rig.dataSource);
});
afterEach(async () => {
  vi.useRealTimers();
  setFaults(faults, []);
  await keeper.beforeApplicationShutdown();
  await hsm.close();
});

const keeperOn = (dataSource: DataSource) =>
  new KeyKeeper(hsm, dataSource, new SchedulerRegistry(), REFRESH_MS, () => REPLICA);
const holders = async () => await readKeyHolders(rig.dataSource);
/** As if it had happened earlier by the clock of the database. */
const age = (seconds: number) =>
  rig.owner.query('UPDATE hsm_key_holders SET seen_at = seen_at - make_interval(secs => $1)', [seconds]);
/** What a ceremony has registered: of each kind one key, and the next of one kind. */
const before = () => withNext().filter(({ generation }) => generation === 1);
const withNext = () =>
  token.registeredKeys.map((key): RegisteredKey => ({
    ...key,
    state: key.generation === 1 ? 'current' : 'accepted',
  }));

/** A host with the new key is started at once when the keys are read next, and stands still at its login. */
function holdNextHost(): void {
  registered = withNext();
  setFaults(faults, HELD_LOGIN);
}
// Not expect.poll, which winds a faked clock on.
const untilHostStandsStill = () => until('the login', () => timesFired(faults, HELD_LOGIN)[0] === 1);
const untilHeardOf = () => until('a report', async () => (await holders()).length === 1);

it('is heard of several times before it would count as gone, however seldom it reads the keys', async () => {
  expect(HOLDER_REPORT_MS).toBeLessThanOrEqual(10_000);
  await keeper.onApplicationBootstrap();
  expect(await holders()).toMatchObject([{ keys: { 'otp-1': 'current' }, trouble: null }]);
  for (let reports = 0; reports < 3; reports += 1) {
    await age(60);
    expect(await holders()).toEqual([]);
    vi.advanceTimersByTime(HOLDER_REPORT_MS);
    await untilHeardOf();
  }
});

it('is heard of while keys are being taken up, with those it holds meanwhile, and at once with the new ones', async () => {
  await keeper.onApplicationBootstrap();
  holdNextHost();
  vi.advanceTimersByTime(REFRESH_MS);
  await untilHostStandsStill();
  await age(60);
  expect(await holders()).toEqual([]);
  vi.advanceTimersByTime(HOLDER_REPORT_MS);
  await untilHeardOf();
  expect(Object.keys((await holders())[0]?.keys ?? {})).not.toContain(NEXT);
  setFaults(faults, []);
  await until('a report of the new key', async () => (await holders())[0]?.keys[NEXT] === 'accepted');
});

it('is heard of while it starts and cannot take a key up yet', async () => {
  holdNextHost();
  const started = keeper.onApplicationBootstrap();
  await untilHostStandsStill();
  await age(60);
  vi.advanceTimersByTime(HOLDER_REPORT_MS);
  await untilHeardOf();
  expect((await holders())[0]?.keys).toMatchObject({ 'otp-1': 'current' });
  setFaults(faults, []);
  await started;
});

it('takes its report back when it stops, also while keys are being taken up, and reports no more', async () => {
  // One connection: what is asked last is answered last.
  const dataSource = await rig.database.open({ poolSize: 1 });
  keeper = keeperOn(dataSource);
  await keeper.onApplicationBootstrap();
  holdNextHost();
  vi.advanceTimersByTime(REFRESH_MS);
  await untilHostStandsStill();
  await keeper.beforeApplicationShutdown();
  expect(await holders()).toEqual([]);
  vi.advanceTimersByTime(HOLDER_REPORT_MS);
  setFaults(faults, []);
  await until('the host with the new key', () => hsm.registeredKeys() === registered);
  expect(await dataSource.query('SELECT FROM hsm_key_holders')).toEqual([]);
});

it('takes its report back after the one that is under way, not before', async () => {
  await using proxy = await PgProxy.start(rig.database.serviceUrl);
  const dataSource = await rig.database.open({ url: proxy.url(rig.database.serviceUrl), poolSize: 2 });
  keeper = keeperOn(dataSource);
  await keeper.onApplicationBootstrap();
  const held = gate();
  const report = proxy.beforeForward(/INSERT INTO hsm_key_holders/, held.action, { times: 1 });
  vi.advanceTimersByTime(HOLDER_REPORT_MS);
  await report.reached();
  const answered = proxy.afterServerReply(/INSERT INTO hsm_key_holders/, () => 'forward');
  const stopped = keeper.beforeApplicationShutdown();
  // By the only other connection: had the report been taken back already, it would be so now.
  await dataSource.query('SELECT');
  held.open();
  await Promise.all([stopped, answered.reached()]);
  expect(await holders()).toEqual([]);
});

it('counts as gone half a minute after it died, by the clock of the database', async () => {
  const replicaId = randomUUID();
  await reportHeldKeys(rig.dataSource, replicaId, { keys: registered, trouble: null });
  await age(28);
  expect(await holders()).toMatchObject([{ replicaId }]);
  await age(2);
  expect(await holders()).toEqual([]);
  await rig.owner.query('DELETE FROM hsm_key_holders');
});
