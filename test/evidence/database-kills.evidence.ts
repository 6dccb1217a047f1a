import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyCards } from '#libs/audit';
import { assertDurable } from '#libs/database';
import { startTestServer, type TestServer } from '../rigs/postgres.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { ModelledLoad } from './faults/modelled-load.js';
import { isReady, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const KILLS = scaled({ ci: 3, full: 50 });
const CALLERS = 6;
/** Verdicts between two kills. */
const BETWEEN = 30;

let server: TestServer;
let rig: ServiceRig;
let service: ServiceProcess;

beforeAll(async () => {
  server = await startTestServer({ durable: true });
  rig = await ServiceRig.open(server);
  await assertDurable(rig.owner);
  service = await rig.start({
    settings: { PIN_EVALUATION_WINDOW_MS: '3000', PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000' },
  });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await server.dispose();
});

const rows = async (sql: string) =>
  Number((await rig.owner.query<{ n: string }[]>(`SELECT count(*) AS n FROM ${sql}`))[0]?.n);

it(`PostgreSQL dies ${KILLS} times under load: no debit is lost, nothing is half done, the service goes on by itself`, async () => {
  const { pid } = service;
  const load = new ModelledLoad(rig, service);
  await load.start(CALLERS);
  const back: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await load.verdicts(BETWEEN);
    // As after a power failure: no checkpoint, no goodbye.
    await server.stopImmediately();
    await until('not ready', async () => !(await isReady(service)));
    await server.start();
    const startedAt = Date.now();
    await load.verdicts(1);
    back.push(Date.now() - startedAt);
    expect(load.faults).toEqual([]);
  }
  await load.verdicts(BETWEEN);
  await load.stop();
  const { verdicts, abandoned, refused, locked } = load.counts;
  console.log(
    `${KILLS} kills: ${verdicts} verdicts, ${abandoned} abandoned, ${locked} locks, ${refused} refusals; ` +
      `the first verdict at most ${Math.max(...back)} ms after the database was back`,
  );
  // Every card has the tries that its caller counted, and what its history says.
  expect(load.faults).toEqual([]);
  expect((await verifyCards(rig.owner)).findings).toEqual([]);
  expect(await rows('cards WHERE evaluation_id IS NOT NULL')).toBe(0);
  // A claim without an answer would be an effect that no client was told of.
  expect(await rows('idempotency_records WHERE answer IS NULL AND evaluation_id IS NOT NULL')).toBe(0);
  // No envelope was opened for a request that was refused.
  expect(service.pid).toBe(pid);
  expect(await isReady(service)).toBe(true);
});
