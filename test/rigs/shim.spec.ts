import { randomBytes, type KeyObject } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildShim,
  CKR,
  clearFaults,
  compileModule,
  setFaults,
  shimEnvironment,
  ShimLog,
  timesFired,
  type Fault,
} from './shim.js';
import { RigToken, seal, SOFTHSM, transportKey, type TokenDriver } from './rig-token.js';
import { until } from '../support/until.js';

let token: RigToken;
let shim: string;
let key: KeyObject;
let runs = 0;

beforeAll(async () => {
  shim = buildShim();
  token = new RigToken();
  const driver = token.drive(SOFTHSM, {});
  key = transportKey(await driver.ask('make-keys'));
  await driver.end();
});

afterAll(() => token.dispose());

interface Run {
  readonly driver: TokenDriver;
  readonly log: ShimLog;
  readonly logFile: string;
  readonly faultFile: string;
}

function start(faults?: readonly Fault[]): Run {
  runs += 1;
  const logFile = token.path(`shim-${runs}.log`);
  const faultFile = token.path(`faults-${runs}`);
  if (faults !== undefined) setFaults(faultFile, faults);
  const environment = shimEnvironment({ module: SOFTHSM, log: logFile, faults: faultFile });
  return { driver: token.drive(shim, environment), log: new ShimLog(logFile), logFile, faultFile };
}

const field = () => randomBytes(16);

describe('shim: what it records', () => {
  it('counts an evaluation per ciphertext with key label and outcome', async () => {
    const { driver, log } = start();
    const good = seal(key, field());
    const garbage = randomBytes(256);
    garbage[0] = 0;
    expect(await driver.ask('evaluate', good)).toMatchObject({ r0: expect.stringMatching(/^[0-9a-f]{48}$/) });
    expect(await driver.ask('evaluate', garbage)).toMatchObject({ code: CKR.GENERAL_ERROR });
    await driver.end();

    const prefix = (bytes: Buffer) => bytes.subarray(0, 16).toString('hex');
    expect(log.unwraps()).toMatchObject([
      { ciphertext: prefix(good), label: 'pin-transport-1', rv: CKR.OK },
      { ciphertext: prefix(garbage), label: 'pin-transport-1', rv: CKR.GENERAL_ERROR },
    ]);
    expect(log.tornRecords()).toBe(0);
  });

  it('counts calls by function, and shows that every unwrapped object was destroyed', async () => {
    const { driver, log } = start();
    for (let round = 0; round < 3; round += 1) await driver.ask('evaluate', seal(key, field()));
    await driver.end();
    expect(Object.fromEntries(log.callCounts())).toMatchObject({
      C_Initialize: 1,
      C_Login: 1,
      C_UnwrapKey: 3,
      C_WrapKey: 3,
      C_DestroyObject: 3,
      C_Finalize: 1,
    });
    const calls = log.calls();
    const made = calls.flatMap(({ function: name, result }) =>
      name === 'C_UnwrapKey' ? (result?.outputs ?? []).map(({ bytes }) => bytes.readBigUInt64LE()) : [],
    );
    const destroyed = calls
      .filter((call) => call.function === 'C_DestroyObject')
      .map(({ object }) => `0x${object}`);
    expect(destroyed.map(BigInt)).toEqual(made);
    expect(
      calls.filter((call) => call.function === 'C_WrapKey').map(({ wrappedKey }) => `0x${wrappedKey}`),
    ).toEqual(destroyed);
  });

  it('records the bytes of every kind of output', async () => {
    const { driver, log } = start();
    const clear = randomBytes(32);
    const evaluated = await driver.ask('evaluate', seal(key, field()));
    const digest = await driver.ask('digest', clear);
    const random = await driver.ask('random');
    await driver.ask('vault', clear);
    await driver.ask('read-label');
    await driver.end();

    const outputs = [...log.outputs()];
    const of = (name: string) =>
      outputs.filter((output) => output.function === name).map(({ bytes }) => bytes);
    expect(of('C_WrapKey').map((bytes) => bytes.toString('hex'))).toEqual([evaluated?.r0]);
    expect(of('C_Digest').map((bytes) => bytes.toString('hex'))).toEqual([digest?.digest]);
    expect(of('C_GenerateRandom').map((bytes) => bytes.toString('hex'))).toEqual([random?.random]);
    expect(of('C_Decrypt')).toEqual([clear]);
    expect(of('C_Encrypt')).toHaveLength(1);
    expect(of('C_GetAttributeValue').map(String)).toContain('pin-transport-1');
    expect(of('C_UnwrapKey')[0]).toHaveLength(8);
    expect(of('C_OpenSession')[0]).toHaveLength(8);
  });

  it('records what a module writes although it fails, or beyond the length it reports', async () => {
    const module = compileModule(new URL('leaky-module.c', import.meta.url), token.path('leaky.so'));
    const log = new ShimLog(token.path('leaky.log'));
    const driver = token.drive(shim, shimEnvironment({ module, log: token.path('leaky.log') }));
    expect(await driver.ask('random')).toMatchObject({ code: CKR.DEVICE_ERROR });
    expect(await driver.ask('random')).toMatchObject({ code: CKR.DEVICE_ERROR });
    await driver.ask('digest', field());
    await driver.end();
    // The second failure wrote nothing, so no content of the caller's own buffer counts as output.
    expect([...log.outputs()].filter((output) => output.function === 'C_GenerateRandom')).toHaveLength(1);
    const of = (name: string) => [...log.outputs()].find((output) => output.function === name)?.bytes;
    expect(String(of('C_GenerateRandom'))).toMatch(/^leaked on failure/);
    expect(String(of('C_Digest'))).toMatch(/^okay leaked past end/);
  });

  it('names the key of a decryption, and the attributes that were asked for', async () => {
    const { driver, log } = start();
    await driver.ask('vault', randomBytes(16));
    await driver.ask('read-label');
    await driver.end();
    const calls = log.calls();
    const label = (name: string) => calls.find((call) => call.function === name)?.label;
    expect([label('C_EncryptInit'), label('C_Encrypt'), label('C_Decrypt')]).toEqual(
      Array(3).fill('card-vault-1'),
    );
    const read = calls.find((call) => call.function === 'C_GetAttributeValue');
    expect(read).toMatchObject({ label: 'pin-transport-1', attributes: [3] });
  });

  it('never writes the token PIN, a clear input or a template value', async () => {
    const { driver, logFile } = start();
    const clear = field();
    await driver.ask('digest', clear);
    await driver.end();
    const text = readFileSync(logFile, 'utf8');
    expect(text).toContain('C_Login');
    expect(text).not.toContain('97531864');
    expect(text).not.toContain(Buffer.from('97531864').toString('hex'));
    expect(text).not.toContain(clear.toString('hex'));
  });

  it('is shared by processes, and keeps what was recorded before a SIGKILL', async () => {
    const one = start([{ function: 'C_UnwrapKey', when: 'after', hang: true, calls: 1 }]);
    const environment = shimEnvironment({ module: SOFTHSM, log: one.logFile, faults: one.faultFile });
    const other = token.drive(shim, environment);
    void one.driver.ask('evaluate', seal(key, field()));
    await until('the hang', () => one.log.calls().some(({ faults }) => faults.length > 0));
    await other.ask('evaluate', seal(key, field()));
    one.driver.kill();
    await other.end();

    expect(new Set(one.log.calls().map(({ pid }) => pid))).toEqual(new Set([one.driver.pid, other.pid]));
    expect(one.log.unwraps().map(({ rv }) => rv)).toEqual([CKR.OK, CKR.OK]);
  });

  it('survives a record that a SIGKILL tore, and says so', async () => {
    const { driver, log, logFile } = start();
    await driver.ask('random');
    appendFileSync(logFile, '\n{"kind":"result","run":"1-2","ca');
    await driver.ask('evaluate', seal(key, field()));
    await driver.end();
    expect(log.tornRecords()).toBe(1);
    // The record after the torn one is the first search of the evaluation.
    expect(log.callCounts().get('C_FindObjectsInit')).toBe(2);
    expect(log.unwraps()).toHaveLength(1);
  });

  it('only forwards when neither log nor faults are asked for', async () => {
    const driver = token.drive(shim, shimEnvironment({ module: SOFTHSM }));
    expect(await driver.ask('evaluate', seal(key, field()))).toHaveProperty('r0');
    await driver.end();
  });

  it('refuses to take a log that no process wrote for evidence', () => {
    const unused = new ShimLog(token.path('unused.log'));
    expect(unused.calls()).toEqual([]);
    expect(() => unused.unwraps()).toThrow('no process has loaded the shim');
    expect(() => unused.callCounts()).toThrow('no process has loaded the shim');
    expect(() => [...unused.outputs()]).toThrow('no process has loaded the shim');
  });
});

describe('shim: what it injects', () => {
  it('lets the next K calls fail, in all processes together', async () => {
    const faults: Fault[] = [{ function: 'C_UnwrapKey', returns: CKR.DEVICE_ERROR, calls: 2 }];
    const { driver, log, faultFile, logFile } = start(faults);
    const other = token.drive(shim, shimEnvironment({ module: SOFTHSM, log: logFile, faults: faultFile }));
    expect(await driver.ask('evaluate', seal(key, field()))).toMatchObject({ code: CKR.DEVICE_ERROR });
    expect(await other.ask('evaluate', seal(key, field()))).toMatchObject({ code: CKR.DEVICE_ERROR });
    expect(await driver.ask('evaluate', seal(key, field()))).toHaveProperty('r0');
    expect(await other.ask('evaluate', seal(key, field()))).toHaveProperty('r0');
    await driver.end();
    await other.end();
    expect(log.unwraps()).toHaveLength(2);
    expect(log.callCounts().get('C_UnwrapKey')).toBe(4);
    expect(timesFired(faultFile, faults)).toEqual([2]);
  });

  it('strikes only the ciphertext it is meant for', async () => {
    const struck = seal(key, field());
    const ciphertextPrefix = struck.subarray(0, 16).toString('hex');
    const { driver } = start([{ function: 'C_UnwrapKey', returns: CKR.GENERAL_ERROR, ciphertextPrefix }]);
    expect(await driver.ask('evaluate', seal(key, field()))).toHaveProperty('r0');
    expect(await driver.ask('evaluate', struck)).toMatchObject({ code: CKR.GENERAL_ERROR });
    await driver.end();
  });

  it('fails after the real call as well: then the module did evaluate', async () => {
    const { driver, log } = start([{ function: 'C_UnwrapKey', when: 'after', returns: CKR.DEVICE_REMOVED }]);
    expect(await driver.ask('evaluate', seal(key, field()))).toMatchObject({ code: CKR.DEVICE_REMOVED });
    await driver.end();
    expect(log.unwraps()).toMatchObject([{ rv: CKR.OK }]);
  });

  it('fails now and then', async () => {
    const faults: Fault[] = [{ function: 'C_GenerateRandom', returns: CKR.DEVICE_ERROR, probability: 0.5 }];
    const { driver, faultFile } = start(faults);
    for (let round = 0; round < 200; round += 1) await driver.ask('random');
    await driver.end();
    // Outside of this with a probability of 2e-13.
    expect(timesFired(faultFile, faults)[0]).toBeGreaterThan(50);
    expect(timesFired(faultFile, faults)[0]).toBeLessThan(150);
  });

  it('slows every call down', async () => {
    const { driver, log } = start([{ function: '*', latencyMs: 2 }]);
    await driver.ask('evaluate', seal(key, field()));
    await driver.end();
    const took = log.calls().map(({ at, result }) => Number((result?.at ?? 0n) - at) / 1e6);
    expect(took.length).toBeGreaterThan(10);
    expect(Math.min(...took)).toBeGreaterThanOrEqual(2);
  });

  it('holds a call until the faults change', async () => {
    const { driver, log, faultFile } = start([{ function: 'C_UnwrapKey', hold: true }]);
    const answer = driver.ask('evaluate', seal(key, field()));
    await until('the hold', () => log.calls().some(({ faults }) => faults[0]?.action === 'hold'));
    expect(log.calls().at(-1)).toMatchObject({ function: 'C_UnwrapKey', result: null });
    clearFaults(faultFile);
    expect(await answer).toHaveProperty('r0');
    await driver.end();
  });

  it('hangs a call for good, and does not count it as an evaluation when it hung before', async () => {
    const { driver, log, faultFile } = start([{ function: 'C_UnwrapKey', hang: true }]);
    const answer = driver.ask('evaluate', seal(key, field()));
    await until('the hang', () => log.calls().some(({ faults }) => faults[0]?.action === 'hang'));
    clearFaults(faultFile);
    driver.kill();
    expect(await answer).toBeNull();
    expect(log.unwraps()).toEqual([]);
    expect(log.callCounts().get('C_UnwrapKey')).toBe(1);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('kills its process %s the call', async (when, evaluations) => {
    const { driver, log } = start([{ function: 'C_UnwrapKey', when, kill: true }]);
    expect(await driver.ask('evaluate', seal(key, field()))).toBeNull();
    await driver.exited;
    expect(driver.signal).toBe('SIGKILL');
    expect(log.unwraps()).toHaveLength(evaluations);
  });

  it('takes up faults that are set while the process runs', async () => {
    const { driver, faultFile } = start();
    expect(await driver.ask('random')).toHaveProperty('random');
    setFaults(faultFile, [{ function: 'C_GenerateRandom', returns: CKR.DEVICE_ERROR }]);
    expect(await driver.ask('random')).toMatchObject({ code: CKR.DEVICE_ERROR });
    clearFaults(faultFile);
    expect(await driver.ask('random')).toHaveProperty('random');
    await driver.end();
  });
});
