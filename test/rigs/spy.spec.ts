import { randomBytes, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSpy, spyEnvironment, SpyLog } from './spy.js';
import { RigToken, seal, SOFTHSM, transportKey, type Answer } from './rig-token.js';

const spy = findSpy();

describe.skipIf(spy === null)('pkcs11-spy', () => {
  const clear = randomBytes(48);
  let token: RigToken;
  let key: KeyObject;
  let log: SpyLog;
  let logFile: string;
  let evaluated: Answer | null;
  let random: Answer | null;

  beforeAll(async () => {
    token = new RigToken();
    logFile = token.path('spy.log');
    log = new SpyLog(logFile);
    const driver = token.drive(spy ?? '', spyEnvironment({ module: SOFTHSM, log: logFile }));
    key = transportKey(await driver.ask('make-keys'));
    evaluated = await driver.ask('evaluate', seal(key, randomBytes(16)));
    random = await driver.ask('random');
    await driver.ask('vault', clear);
    await driver.ask('read-label');
    await driver.end();
  });

  afterAll(() => token.dispose());

  const outputsOf = (name: string) =>
    log.calls().flatMap((call) => (call.function === name ? call.outputs.map(({ bytes }) => bytes) : []));

  it('tells which functions were called, with their outcome', () => {
    expect(log.functions()).toContain('C_UnwrapKey');
    expect(log.functions()).not.toContain('C_DigestKey');
    const calls = log.calls();
    expect(calls.at(-1)).toMatchObject({ function: 'C_Finalize', rv: 'CKR_OK' });
    expect(calls.every(({ rv }) => rv !== null)).toBe(true);
  });

  it('gives back every dump that the module returned, byte by byte', () => {
    expect(outputsOf('C_WrapKey').map((bytes) => bytes.toString('hex'))).toEqual([evaluated?.r0]);
    expect(outputsOf('C_GenerateRandom').map((bytes) => bytes.toString('hex'))).toEqual([random?.random]);
    expect(outputsOf('C_Decrypt')).toEqual([clear]);
    expect(outputsOf('C_GetAttributeValue').map(String)).toContain('pin-transport-1');
    expect(log.outputs().some(({ bytes }) => bytes.equals(clear))).toBe(true);
  });

  it('keeps what went in apart from what came out', () => {
    const encrypt = log.calls().find((call) => call.function === 'C_Encrypt');
    expect(encrypt?.inputs.map(({ bytes }) => bytes)).toEqual([clear]);
    expect(encrypt?.outputs.map(({ bytes }) => bytes.equals(clear))).toEqual([false]);
    const login = log.calls().find((call) => call.function === 'C_Login');
    expect(login?.inputs).toHaveLength(1);
    expect(login?.outputs).toEqual([]);
  });

  it('tells the key of a call', () => {
    const [encrypt, decrypt] = ['C_EncryptInit', 'C_DecryptInit'].map((name) =>
      log
        .calls()
        .find((call) => call.function === name)
        ?.values.get('hKey'),
    );
    expect(encrypt).toMatch(/^0x[0-9a-f]+$/);
    expect(decrypt).toBe(encrypt);
  });

  it('refuses a log in which two calls overlap, a dump it cannot read, and a log that was not written', () => {
    const text = readFileSync(logFile, 'latin1');
    const spoilt = (name: string, spoil: (text: string) => string) => {
      writeFileSync(token.path(name), spoil(text), 'latin1');
      return () => new SpyLog(token.path(name)).calls();
    };
    expect(spoilt('overlap.log', (all) => all.replace(/Returned: +0 CKR_OK\n\n8: /, '\n8: '))).toThrow(
      'use one HSM worker',
    );
    expect(spoilt('torn.log', (all) => all.replace(/^ {4}00000010 .*\n/m, ''))).toThrow(/has \d+ bytes, not/);
    expect(spoilt('unused.log', () => '')).toThrow('no process has used the spy');
  });
});
