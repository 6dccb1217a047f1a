import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { EvaluationLost, HsmUnavailable, LoginRefused, openPinHsm, TokenPin } from '#libs/hsm';
import { bounds } from '../support/envelopes.js';
import { hostPids, isAlive } from '../rigs/host-pids.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { CKR, setFaults, ShimLog, type Fault } from '../rigs/shim.js';
import { makeTestToken } from '../rigs/token.js';
import { onlyHost, openShimmedHsm, prefixOf, shimmedSettings, type ShimmedHsm } from './shimmed-hsm.js';
import { until } from '../support/until.js';

const settled = (promise: Promise<unknown>) => promise.catch((fault: unknown) => fault);

describe('HSM host', () => {
  let rig: ShimmedHsm;
  afterEach(async () => {
    rig.faults();
    await rig.close();
    if (hostPids().length > 0) throw new Error('an HSM host was left behind');
  });

  it('killed in flight: what was dispatched is lost, what waited is unavailable, a fresh host follows', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const [dispatched, waiting] = [await rig.envelope(), await rig.envelope()];
    rig.faults({ function: 'C_UnwrapKey', hold: true });
    const results = [settled(rig.match(dispatched)), settled(rig.match(waiting))];
    await until('the call', () => rig.evaluations(dispatched) === 1);
    const host = onlyHost();
    process.kill(host, 'SIGKILL');
    const [first, second] = await Promise.all(results);
    expect(first).toBeInstanceOf(EvaluationLost);
    expect(second).toBeInstanceOf(HsmUnavailable);
    expect(rig.evaluations(waiting)).toBe(0);
    rig.faults();
    await until('a fresh host', () => rig.hsm.health().ready);
    expect(onlyHost()).not.toBe(host);
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it('killed by itself directly before the call: dispatched all the same', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const envelope = await rig.envelope();
    const ciphertextPrefix = prefixOf(envelope.ciphertext);
    rig.faults({ function: 'C_UnwrapKey', when: 'before', kill: true, ciphertextPrefix });
    await expect(rig.match(envelope)).rejects.toBeInstanceOf(EvaluationLost);
  });

  it('stopped before anything was dispatched, then killed: nothing is lost', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const host = onlyHost();
    process.kill(host, 'SIGSTOP');
    const match = settled(rig.match(await rig.envelope()));
    process.kill(host, 'SIGKILL');
    expect(await match).toBeInstanceOf(HsmUnavailable);
  });

  it('one hung call: the others go on, it is lost at its bound, the host is replaced and killed', async () => {
    rig = await openShimmedHsm({ workers: 2 });
    const host = onlyHost();
    const envelope = await rig.envelope();
    const ciphertextPrefix = prefixOf(envelope.ciphertext);
    rig.faults({ function: 'C_UnwrapKey', hang: true, ciphertextPrefix });
    const hung = settled(rig.match(envelope, bounds({ startMs: 1_000, endMs: 1_500 })));
    await until('the call', () => rig.log.calls().some(({ ciphertext }) => ciphertext === ciphertextPrefix));
    for (let count = 0; count < 8; count += 1) {
      expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
    }
    expect(await hung).toBeInstanceOf(EvaluationLost);
    await until('a fresh host', () => rig.hsm.health().ready && !isAlive(host));
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it('all workers hung: what waits is unavailable once it may not start any more', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const host = onlyHost();
    const [hung, waiting] = [await rig.envelope(), await rig.envelope()];
    rig.faults({ function: 'C_UnwrapKey', hang: true });
    const lost = settled(rig.match(hung, bounds({ startMs: 2_000, endMs: 2_500 })));
    const late = settled(rig.match(waiting, bounds({ startMs: 500, endMs: 1_000 })));
    expect(await late).toBeInstanceOf(HsmUnavailable);
    rig.faults();
    expect(await lost).toBeInstanceOf(EvaluationLost);
    await until('the end of the hung host', () => !isAlive(host));
    expect(rig.evaluations(waiting)).toBe(0);
  });

  it('lets nothing start late behind a slow call', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const [slow, waiting] = [await rig.envelope(), await rig.envelope()];
    rig.faults({ function: 'C_UnwrapKey', latencyMs: 800, ciphertextPrefix: prefixOf(slow.ciphertext) });
    const first = rig.match(slow);
    const second = settled(rig.match(waiting, bounds({ startMs: 300, endMs: 5_000 })));
    expect(await first).toMatchObject({ matched: true });
    expect(await second).toBeInstanceOf(HsmUnavailable);
    await rig.hsm.mac('lookup', Buffer.from('behind it in the queue'));
    expect(rig.evaluations(waiting)).toBe(0);
  });

  it('believes no verdict that comes too late', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    rig.faults({ function: 'C_WrapKey', latencyMs: 800, calls: 1 });
    const late = rig.match(await rig.envelope(), bounds({ startMs: 200, endMs: 400 }));
    await expect(late).rejects.toBeInstanceOf(EvaluationLost);
  });

  it('a dead device: hosts follow each other with pauses, each logging in once', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    const logins = () => rig.log.callCounts().get('C_Login') ?? 0;
    rig.faults({ function: 'C_UnwrapKey', returns: CKR.DEVICE_ERROR });
    await settled(rig.match(await rig.envelope()));
    await until('three more hosts', () => logins() >= 4);
    expect(rig.hsm.health().ready).toBe(false);
    const hosts = new Set(rig.log.calls().map(({ pid }) => pid));
    expect(logins()).toBe(hosts.size);
    const pauses = pausesBetweenHosts(rig.log);
    expect(pauses[1]).toBeGreaterThanOrEqual(250);
    expect(pauses[2]).toBeGreaterThanOrEqual(500);
    rig.faults();
    await until('a sound host', () => rig.hsm.health().ready);
  });

  const VENDOR_CODE = 0x80000123;
  const FINAL: readonly (readonly [string, Fault, number])[] = [
    ["a vendor's own number", { function: 'C_Login', returns: VENDOR_CODE }, 1],
    ['a number that tells nothing', { function: 'C_Login', returns: CKR.GENERAL_ERROR }, 2],
    ['the end of the host', { function: 'C_Login', when: 'after', kill: true }, 2],
  ];

  it.each(FINAL)('a login that is answered with %s is not tried in a loop', async (_name, fault, tried) => {
    rig = await openShimmedHsm({ workers: 1 });
    const logins = () => rig.log.calls().filter((call) => call.function === 'C_Login').length;
    const before = logins();
    rig.faults(fault);
    process.kill(onlyHost(), 'SIGKILL');
    await until('the last login', () => /not tried again/.test(rig.hsm.health().warnings.join()));
    expect(hostPids()).toEqual([]);
    expect(rig.hsm.health().ready).toBe(false);
    expect(() => rig.hsm.reserve()).toThrow(HsmUnavailable);
    expect(logins()).toBe(before + tried);
  });

  it('a login that the device never judged is tried until it succeeds', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    rig.faults({ function: 'C_Login', returns: CKR.DEVICE_ERROR, calls: 3 });
    process.kill(onlyHost(), 'SIGKILL');
    await until('the end of the host', () => !rig.hsm.health().ready);
    await until('a sound host', () => rig.hsm.health().ready);
    expect(await rig.match(await rig.envelope())).toMatchObject({ matched: true });
  });

  it('closing waits for what is running', async () => {
    rig = await openShimmedHsm({ workers: 1 });
    rig.faults({ function: 'C_UnwrapKey', latencyMs: 400, calls: 1 });
    const match = rig.match(await rig.envelope());
    await rig.hsm.close();
    expect(await match).toMatchObject({ matched: true });
    expect(rig.log.callCounts().get('C_Finalize')).toBe(1);
  });
});

/** Milliseconds from the last call of each host to the first one of the next. */
function pausesBetweenHosts(log: ShimLog): readonly number[] {
  const calls = log.calls();
  return calls.flatMap(({ pid, at }, index) => {
    const previous = calls[index - 1];
    return previous === undefined || previous.pid === pid ? [] : [Number(at - previous.at) / 1e6];
  });
}

describe('HSM host, alone', () => {
  it('logs in once with a wrong token PIN, and never again', async () => {
    const token = await makeTestToken();
    const opening = openPinHsm({ ...shimmedSettings(token), tokenPin: new TokenPin('00000000') });
    await expect(opening).rejects.toBeInstanceOf(LoginRefused);
    const log = new ShimLog(join(token.directory, 'shim.log'));
    expect(log.callCounts().get('C_Login')).toBe(1);
    expect(hostPids()).toEqual([]);
    await token.remove();
  });

  it('opens at the second login where the first told nothing, and makes no third', async () => {
    const token = await makeTestToken();
    const faults = join(token.directory, 'faults');
    const login = { function: 'C_Login', returns: CKR.FUNCTION_FAILED };
    const log = new ShimLog(join(token.directory, 'shim.log'));
    setFaults(faults, [{ ...login, calls: 1 }]);
    await (await openPinHsm(shimmedSettings(token))).close();
    const attempts = () => log.calls().filter((call) => call.function === 'C_Login').length;
    expect(attempts()).toBe(2);
    setFaults(faults, [login]);
    await expect(openPinHsm(shimmedSettings(token))).rejects.toBeInstanceOf(LoginRefused);
    expect(attempts()).toBe(4);
    expect(hostPids()).toEqual([]);
    await token.remove();
  });

  it.each(['idle', 'hung in a call', 'hung in its start'])('dies with its parent: %s', async (state) => {
    const token = await makeTestToken();
    const faults = join(token.directory, 'faults');
    const log = new ShimLog(join(token.directory, 'shim.log'));
    const functionName = state === 'hung in its start' ? 'C_Login' : 'C_Sign';
    setFaults(faults, state === 'hung in its start' ? [{ function: functionName, hang: true }] : []);
    const { registeredKeys: _keys, tokenPin: _pin, ...settings } = shimmedSettings(token);
    const parent = spawn(process.execPath, [join(PROJECT_ROOT, 'dist/test/rigs/hsm-parent.js')], {
      env: { PATH: process.env['PATH'] },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const order = { settings, tokenPin: token.tokenPin.reveal(), directory: token.directory };
    parent.stdin.end(JSON.stringify(order));
    if (state !== 'hung in its start') await once(parent.stdout, 'data');
    const calls = () => log.calls().filter((call) => call.function === functionName);
    if (state === 'hung in a call') {
      setFaults(faults, [{ function: functionName, hang: true }]);
      parent.kill('SIGUSR2');
    }
    if (state !== 'idle') await until('the hang', () => calls().some((call) => call.faults.length > 0));
    const [host] = hostPids(parent.pid);
    if (host === undefined) throw new Error('the parent has no HSM host');
    parent.kill('SIGKILL');
    await until('the end of the host', () => !isAlive(host));
    expect(hostPids(parent.pid)).toEqual([]);
    await token.remove();
  });
});
