import { isAlive } from '../rigs/host-pids.js';
import { gate, type PgProxy, type Verdict } from '../rigs/pg-proxy.js';
import type { ServiceProcess } from '../rigs/service-process.js';
import type { PreparedRequest, SentEnvelope } from './card-app.js';
import { type ServiceRig } from './service-rig.js';
import { until } from '../support/until.js';

export const SPEND = /pinward_spend\w*\(/;
export const SETTLE = /pinward_settle\w*\(/;

/** The moments at which a service process dies, in the order of an evaluation's life. */
export const CRASH_POINTS = [
  /** The spend never reaches the database. */
  'spend lost',
  /** It is on its way, and is committed after the service's death. */
  'spend late',
  'spend committed, not heard of',
  /** Inside C_UnwrapKey of the current PIN, before the token has opened it, and after. */
  'before the token opens',
  'after the token opened',
  /** The same for the new PIN of a change. */
  'before the token opens the new PIN',
  'settle lost',
  'settle late',
  /** It arrives when the evaluation has long been closed as abandoned. */
  'settle far too late',
  'settle committed, not heard of',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What must have become of the request that was in flight. */
export type Fate = 'nothing happened' | 'abandoned' | 'settled';

export const FATES: Readonly<Record<CrashPoint, { readonly fate: Fate; readonly opened: boolean }>> = {
  'spend lost': { fate: 'nothing happened', opened: false },
  'spend late': { fate: 'abandoned', opened: false },
  'spend committed, not heard of': { fate: 'abandoned', opened: false },
  'before the token opens': { fate: 'abandoned', opened: true },
  'after the token opened': { fate: 'abandoned', opened: true },
  'before the token opens the new PIN': { fate: 'abandoned', opened: true },
  'settle lost': { fate: 'abandoned', opened: true },
  'settle late': { fate: 'settled', opened: true },
  'settle far too late': { fate: 'abandoned', opened: true },
  'settle committed, not heard of': { fate: 'settled', opened: true },
};

export interface Crash {
  readonly rig: ServiceRig;
  readonly proxy: PgProxy;
  /** Connected by way of the proxy. */
  readonly service: ServiceProcess;
  /** What dies directly after it. */
  readonly besides?: () => Promise<void>;
}

/** Lets what was still on its way to the database arrive, and returns when the database has answered. */
export type Release = () => Promise<void>;

/**
 * Sends the request and kills the service (SIGKILL) at the point; returns when nothing of it is left but perhaps a
 * settle on its way.
 */
export async function crashAt(point: CrashPoint, request: PreparedRequest, crash: Crash): Promise<Release> {
  const { rig, service } = crash;
  const hosts = service.hostPids();
  if (hosts.length !== 1) throw new Error('the service has not exactly one HSM host');
  const answer = rig.app.send(service, request).then(
    () => 'answered',
    () => 'none',
  );
  const release = await killAt(point, request, crash);
  await crash.besides?.();
  if ((await answer) !== 'none') throw new Error(`${point}: the service answered before it died`);
  await until('the end of the HSM host', () => !hosts.some(isAlive));
  rig.faults();
  if (point === 'spend late') await until('the late spend', () => rig.hasSpent(request));
  if (point === 'settle late')
    await until('the late settle', async () => !(await rig.isInFlight(request.card)));
  return release ?? (() => Promise.resolve());
}

async function killAt(point: CrashPoint, request: PreparedRequest, crash: Crash): Promise<Release | void> {
  const [current, next = current] = request.envelopes;
  switch (point) {
    case 'spend lost':
      return await beforeForward(SPEND, 'cut', crash);
    case 'spend late':
      return await beforeForward(SPEND, 'forward', crash);
    case 'spend committed, not heard of':
      return await afterReply(SPEND, crash);
    case 'before the token opens':
      return await insideUnwrap(current, 'before', crash);
    case 'after the token opened':
      return await insideUnwrap(current, 'after', crash);
    case 'before the token opens the new PIN':
      return await insideUnwrap(next, 'before', crash);
    case 'settle lost':
      return await beforeForward(SETTLE, 'cut', crash);
    case 'settle late':
      return await beforeForward(SETTLE, 'forward', crash);
    case 'settle far too late':
      return await holdSettle(crash);
    case 'settle committed, not heard of':
      return await afterReply(SETTLE, crash);
  }
}

async function beforeForward(statement: RegExp, verdict: Verdict, crash: Crash): Promise<void> {
  const { proxy, service } = crash;
  const trap = proxy.beforeForward(statement, () => service.kill().then(() => verdict), { times: 1 });
  await trap.reached();
  await service.exited;
}

async function holdSettle({ proxy, service }: Crash): Promise<Release> {
  const { action, open } = gate();
  const held = proxy.beforeForward(SETTLE, action, { times: 1 });
  const done = proxy.afterServerReply(SETTLE, () => 'cut', { times: 1 });
  await held.reached();
  await service.kill();
  return async () => {
    open('forward');
    await done.reached();
  };
}

async function afterReply(statement: RegExp, { proxy, service }: Crash): Promise<void> {
  const trap = proxy.afterServerReply(statement, () => service.kill().then(() => 'cut'), { times: 1 });
  await trap.reached();
  await service.exited;
}

async function insideUnwrap(
  envelope: SentEnvelope,
  when: 'before' | 'after',
  { rig, service }: Crash,
): Promise<void> {
  rig.faults({ function: 'C_UnwrapKey', when, hold: true, ciphertextPrefix: envelope.prefix });
  await until('the call', () =>
    when === 'before' ? rig.counts.hasArrived(envelope) : rig.counts.hasBeenOpened(envelope),
  );
  await service.kill();
}
