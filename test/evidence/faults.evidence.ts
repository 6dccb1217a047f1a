import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { verifyCards } from '#libs/audit';
import { scaled } from '../support/scale.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import { CKR, type Fault } from '../rigs/shim.js';
import { ModelledLoad } from './faults/modelled-load.js';
import { eventLoopDelayP99, residentMemory } from './faults/service-vitals.js';
import { isReady, ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

const SECOND_MS = 1_000;
const CALLERS = 6;
const RECOVERED_WITHIN_MS = 10 * SECOND_MS;
/** Between two measurements of a service that is warm. */
const MEMORY_MAY_GROW_MIB = 100;
const OUTAGE_MS = scaled({ ci: 3, full: 60 }) * SECOND_MS;
const PHASE_MS = scaled({ ci: 2, full: 30 }) * SECOND_MS;
const WINDOW_MS = 3 * SECOND_MS;

const every = { function: '*' };
const unwrap = { function: 'C_UnwrapKey' };

interface Trouble {
  readonly what: string;
  readonly faults: readonly Fault[];
  /** How long it stays; then it is gone. */
  readonly lasts: number;
  /** Nothing is served meanwhile. */
  readonly outage?: true;
  /** So long a call of the HSM takes: had the event loop waited for one, its delay would be at least that. */
  readonly callMs?: number;
}

const TROUBLES: readonly Trouble[] = [
  {
    what: 'sessions are lost, every tenth time one is used',
    faults: [
      { ...unwrap, returns: CKR.SESSION_HANDLE_INVALID, probability: 0.1 },
      { function: 'C_WrapKey', returns: CKR.SESSION_CLOSED, probability: 0.1 },
    ],
    lasts: PHASE_MS,
  },
  {
    what: 'the login is lost, three times',
    faults: [{ ...unwrap, returns: CKR.USER_NOT_LOGGED_IN, calls: 3 }],
    lasts: PHASE_MS,
  },
  {
    what: 'the token is removed',
    faults: [{ ...every, returns: CKR.TOKEN_NOT_PRESENT }],
    lasts: PHASE_MS,
    outage: true,
  },
  {
    what: `a device error for ${OUTAGE_MS / SECOND_MS} s`,
    faults: [{ ...every, returns: CKR.DEVICE_ERROR }],
    lasts: OUTAGE_MS,
    outage: true,
  },
  {
    what: 'every tenth unwrap answers with the code of garbage',
    faults: [{ ...unwrap, returns: CKR.GENERAL_ERROR, probability: 0.1 }],
    lasts: PHASE_MS,
  },
  {
    what: 'one worker hangs',
    faults: [{ ...unwrap, hang: true, calls: 1 }],
    lasts: WINDOW_MS + SECOND_MS,
  },
  { what: 'each call takes 2 ms more', faults: [{ ...every, latencyMs: 2 }], lasts: PHASE_MS },
  { what: 'each call takes 20 ms more', faults: [{ ...every, latencyMs: 20 }], lasts: PHASE_MS },
  {
    what: 'each call takes 200 ms more',
    faults: [{ ...every, latencyMs: 200 }],
    lasts: PHASE_MS,
    callMs: 200,
  },
];

let rig: ServiceRig;
let service: ServiceProcess;
const told: string[] = [];

beforeAll(async () => {
  rig = await ServiceRig.open();
  service = await rig.start({
    settings: {
      PIN_EVALUATION_WINDOW_MS: String(WINDOW_MS),
      PIN_MAX_FAILURES_WITHOUT_SUCCESS: '1000',
      HSM_WORKERS: '4',
    },
  });
  const warmUp = new ModelledLoad(rig, service);
  await warmUp.start(CALLERS);
  await warmUp.verdicts(scaled({ ci: 800, full: 10_000 }));
  await warmUp.stop();
});
afterEach(() => rig.faults());
afterAll(async () => {
  console.log(told.join('\n'));
  await rig[Symbol.asyncDispose]();
});

describe('under load the service gets over it by itself', () => {
  it.each(TROUBLES)('$what', async ({ what, faults, lasts, outage, callMs }) => {
    const { pid } = service;
    const load = new ModelledLoad(rig, service);
    await load.start(CALLERS);
    await load.verdicts(20);
    const memory = residentMemory(service);
    await eventLoopDelayP99(service);
    const before = { ...load.counts };

    rig.faults(...faults);
    if (outage) {
      await until('not ready', async () => !(await isReady(service)));
      await pause(lasts);
      expect(await isReady(service)).toBe(false);
    } else {
      await pause(lasts);
    }
    const during = load.counts.verdicts - before.verdicts;
    rig.faults();
    const goneAt = Date.now();
    await until('a ready service', () => isReady(service));
    await load.verdicts(20);
    const recovered = Date.now() - goneAt;
    const delay = await eventLoopDelayP99(service);
    await load.stop();
    const grown = residentMemory(service) - memory;

    const { verdicts, unreadable, abandoned, refused, locked } = load.counts;
    told.push(
      [
        `${what}: ${during} verdicts meanwhile, ${recovered} ms to the twentieth after it`,
        `in all ${verdicts} verdicts, ${unreadable} unreadable, ${abandoned} abandoned, ${locked} locks, ${refused} refusals`,
        `event loop p99 ${delay.toFixed(1)} ms, memory ${grown.toFixed(0)} MiB`,
      ].join('; '),
    );
    expect(load.faults).toEqual([]);
    expect(recovered).toBeLessThan(RECOVERED_WITHIN_MS);
    if (callMs !== undefined) expect(delay).toBeLessThan(callMs);
    expect(grown).toBeLessThan(MEMORY_MAY_GROW_MIB);
    expect(service.pid).toBe(pid);
    // An outage costs no card a try: what had been dispatched was confirmed as a device fault and given back.
    if (outage) expect({ unreadable, abandoned }).toEqual({ unreadable: 0, abandoned: 0 });
    else expect(during).toBeGreaterThan(0);
  });

  it('and every card is as its audited history leaves it', async () => {
    expect((await verifyCards(rig.owner)).findings).toEqual([]);
  });
});
