import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { ModelledLoad } from './faults/modelled-load.js';
import { resident } from './faults/service-vitals.js';
import { ServiceRig } from './service-rig.js';

const EVALUATIONS = scaled({ ci: 1_500, full: 100_000 });
/** Until V8's young generation was used once, and the database's plans are made. */
const WARM_UP = 5_000;
const GROWTH_AT_MOST_MIB = 50;
const CALLERS = 8;

let rig: ServiceRig;
let service: ServiceProcess;

beforeAll(async () => {
  rig = await ServiceRig.open();
  service = await rig.start({ settings: { PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000', LOG_LEVEL: 'warn' } });
});
afterAll(async () => await rig[Symbol.asyncDispose]());

const memory = () => ({
  service: resident(service.pid),
  host: service.hostPids().reduce((sum, pid) => sum + resident(pid), 0),
});

it(`over ${EVALUATIONS} evaluations memory grows by less than ${GROWTH_AT_MOST_MIB} MiB, and the HSM's objects by none`, async () => {
  const load = new ModelledLoad(rig, service);
  await load.start(CALLERS);
  await load.verdicts(WARM_UP);
  const before = memory();
  await load.verdicts(EVALUATIONS);
  const after = memory();
  await load.stop();
  const grown = { service: after.service - before.service, host: after.host - before.host };
  const [log = ''] = rig.shimLogs;
  const objects = await objectsMade(log);
  console.log(
    `${EVALUATIONS} evaluations: service ${before.service.toFixed(0)} to ${after.service.toFixed(0)} MiB, ` +
      `HSM host ${before.host.toFixed(0)} to ${after.host.toFixed(0)} MiB; ` +
      `${objects.made} PIN objects made, ${objects.destroyed} destroyed`,
  );
  expect(load.faults).toEqual([]);
  expect(grown.service + grown.host).toBeLessThan(GROWTH_AT_MOST_MIB);
  expect(objects.made).toBeGreaterThan(EVALUATIONS);
  expect(objects.destroyed).toBe(objects.made);
});

/** Read line by line: the log of a long run does not fit into memory. */
async function objectsMade(log: string): Promise<{ readonly made: number; readonly destroyed: number }> {
  const functions = new Map<string, string>();
  const counts = { made: 0, destroyed: 0 };
  for await (const line of createInterface({ input: createReadStream(log) })) {
    if (line === '') continue;
    const { kind, run, call, function: name, rv } = JSON.parse(line) as ShimLine;
    const id = `${run}:${call}`;
    if (kind === 'call' && name !== undefined && MAKERS.has(name)) functions.set(id, name);
    if (kind !== 'result') continue;
    const called = functions.get(id);
    functions.delete(id);
    if (called === undefined || rv !== 0) continue;
    if (called === 'C_DestroyObject') counts.destroyed += 1;
    else counts.made += 1;
  }
  return counts;
}

const MAKERS = new Set([
  ...['C_UnwrapKey', 'C_CreateObject', 'C_GenerateKey', 'C_CopyObject', 'C_DeriveKey', 'C_DestroyObject'],
]);

interface ShimLine {
  readonly kind: string;
  readonly run: string;
  readonly call: number;
  readonly function?: string;
  readonly rv?: number;
}
