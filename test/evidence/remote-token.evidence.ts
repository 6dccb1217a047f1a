import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_P11_KIT, RemoteToken } from '../rigs/remote-token.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { shimEnvironment } from '../rigs/shim.js';
import { ModelledLoad } from './faults/modelled-load.js';
import { isReady, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const KILLS = scaled({ ci: 2, full: 20 });
const AWAY_MS = scaled({ ci: 1_000, full: 8_000 });
const RECOVERED_WITHIN_MS = 10_000;
const CALLERS = 4;

if (!HAS_P11_KIT)
  console.warn('SKIPPED: a killed p11-kit remote: p11-kit and p11-kit-modules are not installed');

describe.skipIf(!HAS_P11_KIT)('an HSM behind a network', () => {
  let rig: ServiceRig;
  let remote: RemoteToken;
  let service: ServiceProcess;

  beforeAll(async () => {
    rig = await ServiceRig.open();
    remote = await RemoteToken.start(rig.token);
    service = await rig.start({
      settings: {
        ...shimEnvironment({ module: remote.module }),
        ...remote.environment,
        PIN_EVALUATION_WINDOW_MS: '5000',
        PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000',
        // p11-kit 0.24 garbles CKA_ALLOWED_MECHANISMS on its way; what the token enforces is tested elsewhere.
        HSM_ALLOW_WEAK_ENFORCEMENT: 'true',
      },
    });
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
    await remote[Symbol.asyncDispose]();
  });

  it(`dies ${KILLS} times under load: the service is back within 10 s of its return, and every try is where it belongs`, async () => {
    const { pid } = service;
    const load = new ModelledLoad(rig, service);
    await load.start(CALLERS);
    const back: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      await load.verdicts(30);
      await remote.kill();
      await until('not ready', async () => !(await isReady(service)));
      await pause(AWAY_MS);
      await remote.start();
      const returnedAt = Date.now();
      await load.verdicts(1);
      back.push(Date.now() - returnedAt);
    }
    await load.verdicts(30);
    await load.stop();
    const { verdicts, unreadable, abandoned, refused } = load.counts;
    console.log(
      `${KILLS} kills of the remote: ${verdicts} verdicts, ${unreadable} unreadable, ${abandoned} abandoned, ` +
        `${refused} refusals; a verdict at most ${Math.max(...back)} ms after its return`,
    );
    expect(load.faults).toEqual([]);
    // What was dispatched when it died was a device fault, and given back.
    expect({ unreadable, abandoned }).toEqual({ unreadable: 0, abandoned: 0 });
    expect(Math.max(...back)).toBeLessThan(RECOVERED_WITHIN_MS);
    expect(service.pid).toBe(pid);
  });
});
