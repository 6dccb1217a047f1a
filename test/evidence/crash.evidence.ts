import { afterAll, beforeAll, expect, it } from 'vitest';
import { assertDurable } from '#libs/database';
import { randomPin } from '../pin/pin-kit.js';
import { PgProxy } from '../support/pg-proxy.js';
import { startTestServer, type TestServer } from '../support/postgres.js';
import type { ServiceProcess } from '../support/service-process.js';
import { scaled } from '../support/scale.js';
import { CrashedCard, OPERATIONS, type Operation } from './crashed-card.js';
import { crashAt, CRASH_POINTS, type CrashPoint } from './service-crash.js';
import { ServiceRig } from './service-rig.js';

const KILLS = scaled({ ci: 14, full: 200 });
/** No lock is final: this test locks one card again and again. */
const SETTINGS = { PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000' };

let server: TestServer;
let rig: ServiceRig;
let proxy: PgProxy;

beforeAll(async () => {
  server = await startTestServer({ durable: true });
  rig = await ServiceRig.open(server);
  await assertDurable(rig.owner);
  proxy = await PgProxy.start(rig.database.serviceUrl);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
  await server.dispose();
});

async function start(): Promise<ServiceProcess> {
  return await rig.start({ databaseUrl: proxy.url(rig.database.serviceUrl), settings: SETTINGS });
}

/** Every operation at every point, in an order whose beginning has all points and all operations in it. */
function plan(): readonly (readonly [CrashPoint, Operation])[] {
  const all = CRASH_POINTS.flatMap((point) =>
    OPERATIONS.filter(({ change, right }) => (change && right) || !point.endsWith('the new PIN')).map(
      (operation) => [point, operation] as const,
    ),
  );
  const stride = 10;
  return Array.from({ length: KILLS }, (_, index) => all[(index * stride) % all.length] as (typeof all)[number]);
}

it(`loses no debit and no change, and gives no extra guess, over ${KILLS} kills of the service`, async () => {
  let victim = await start();
  let survivor = await start();
  try {
    const card = await CrashedCard.issue(rig, victim, randomPin());
    for (const [point, operation] of plan()) {
      const request = await card.prepare(operation);
      await crashAt(point, request, { rig, proxy, service: victim });
      // The killed replica starts again while the other one answers for it; then it is the other one's turn.
      const restarted = start();
      restarted.catch(() => undefined);
      await victim[Symbol.asyncDispose]();
      victim = survivor;
      await card.resolve({ point, operation, request, service: survivor });
      survivor = await restarted;
    }
    expect(card.locks).toBeGreaterThan(0);
  } finally {
    await victim[Symbol.asyncDispose]();
    await survivor[Symbol.asyncDispose]();
  }
});
