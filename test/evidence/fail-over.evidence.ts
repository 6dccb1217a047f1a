import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyCards } from '#libs/audit';
import { assertDurable, waitsForStandby } from '#libs/database';
import { PostgresPair } from '../rigs/postgres-pair.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { ModelledLoad } from './faults/modelled-load.js';
import { isReady, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const CALLERS = 6;
/** Verdicts before and after. */
const AROUND = scaled({ ci: 40, full: 400 });

let pair: PostgresPair;
let rig: ServiceRig;
let service: ServiceProcess;

beforeAll(async () => {
  pair = await PostgresPair.start();
  rig = await ServiceRig.open(pair.cluster);
  await assertDurable(rig.owner);
  service = await rig.start({
    settings: {
      PIN_EVALUATION_WINDOW_MS: '3000',
      PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000',
      AUDIT_CHECKPOINT_FILE: join(rig.token.directory, 'checkpoint'),
    },
  });
});
afterAll(async () => {
  await (rig as ServiceRig | undefined)?.[Symbol.asyncDispose]();
  await (pair as PostgresPair | undefined)?.[Symbol.asyncDispose]();
});

async function readiness(): Promise<Record<string, unknown>> {
  return (await service.request('GET', '/health/ready')).body as Record<string, unknown>;
}

it('a primary dies under load, its synchronous standby takes over: no try is forgotten, the service goes on by itself', async () => {
  expect(await waitsForStandby(rig.owner)).toBe(true);
  const { pid } = service;
  const load = new ModelledLoad(rig, service);
  await load.start(CALLERS);
  await load.verdicts(AROUND);
  pair.killPrimary();
  await until('not ready', async () => !(await isReady(service)));
  expect((await readiness())['database']).toBe(false);
  await pair.promoteStandby();
  await until('ready again', async () => await isReady(service));
  await load.verdicts(AROUND);
  await load.stop();
  const { verdicts, abandoned, refused, locked } = load.counts;
  console.log(
    `a fail-over: ${verdicts} verdicts, ${abandoned} abandoned, ${locked} locks, ${refused} refusals`,
  );
  // Every card has the tries that its caller counted, and what its history says.
  expect(load.faults).toEqual([]);
  expect((await verifyCards(rig.owner)).findings).toEqual([]);
  expect(service.pid).toBe(pid);
}, 600_000);

it('the old primary that comes back without fencing serves nothing: it is older than the kept checkpoint', async () => {
  const card = await rig.app.cardWithPin(service, '4071');
  // What it says is sealed, and kept, before the address goes astray.
  await until('sealed', async () => Number((await sealed())[0]?.unsealed) === 0);
  await pair.bringBackOldPrimary();
  await until('suspended', async () => (await readiness())['auditTrail'] === false);
  expect(await isReady(service)).toBe(false);
  const refused = await rig.app.validate(service, card, '4071');
  expect(refused.status).toBe(503);
  expect(['OPERATIONS_SUSPENDED', 'DATABASE_UNAVAILABLE']).toContain(refused.body.code);

  pair.leadToNewPrimary();
  await until('ready again', async () => await isReady(service));
  const verdict = await rig.app.validate(service, card, '4071');
  expect(verdict).toMatchObject({ status: 200, body: { verified: true, triesRemaining: 3 } });
}, 600_000);

async function sealed(): Promise<readonly { unsealed: string }[]> {
  return await rig.owner.query<{ unsealed: string }[]>(
    `SELECT count(*) AS unsealed FROM audit_events e
      WHERE NOT EXISTS (SELECT FROM audit_leaves l WHERE l.tenant_id = e.tenant_id
                           AND l.occurred_at = e.occurred_at AND l.audit_id = e.audit_id)`,
  );
}
