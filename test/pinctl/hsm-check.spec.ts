import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '#libs/key-ceremony';
import { registerKeys, reportHeldKeys } from '#libs/keys';
import { orderNssToken, orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { buildShim, compileModule, setFaults, shimEnvironment, ShimLog } from '../rigs/shim.js';
import type { TestToken } from '../rigs/token.js';
import type { Outcome } from './pinctl-process.js';
import { pinctl } from './run-pinctl.js';

let folder: string;
let carelessModule: string;
let token: TestToken;
const nss = await orderNssToken([]);
let database: TestDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pinward-check-'));
  const source = new URL('../rigs/careless-module.c', import.meta.url);
  carelessModule = compileModule(source, join(folder, 'careless.so'));
  token = await orderSoftHsmToken(STANDARD_KEYS);
  database = await createTestDatabase();
  await registerKeys(await database.open({ url: database.ownerUrl }), token.registeredKeys);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await token.remove();
  await nss?.remove();
  await database[Symbol.asyncDispose]();
});

interface Report {
  readonly verdict: string;
  readonly findings: readonly Finding[];
}

async function check(
  of: TestToken,
  { args = [], environment = {} }: { args?: readonly string[]; environment?: Record<string, string> } = {},
): Promise<Outcome & { readonly report: Report }> {
  const outcome = await pinctl(['hsm', 'check', '--json', ...args], {
    ...(of.environment as Record<string, string>),
    PKCS11_MODULE: of.module,
    PKCS11_TOKEN_LABEL: of.tokenLabel,
    PKCS11_TOKEN_PIN: of.tokenPin.reveal(),
    PKCS11_SO_PIN: of.officerPin,
    PKCS11_SERVICE_PIN: of.tokenPin.reveal(),
    DATABASE_URL: database.serviceUrl,
    PINWARD_ENV: 'test',
    ...environment,
  });
  return { ...outcome, report: JSON.parse(outcome.stdout || '{}') as Report };
}

/** SoftHSM2 behind a module that takes the enforcing attributes and ignores them. */
const careless = () => ({
  PKCS11_MODULE: carelessModule,
  PKCS11_PROFILE: 'softhsm2',
  PINWARD_CARELESS_MODULE: token.module,
});

const failures = ({ findings }: Report) =>
  findings.filter(({ result }) => result === 'fail').map(({ check: name }) => name);
const finding = ({ findings }: Report, name: string) => findings.find(({ check: of }) => of === name);

const objects = () => readdirSync(join(token.directory, 'tokens'), { recursive: true }).toSorted();

describe('pinctl hsm check', () => {
  it('lets SoftHSM2 be used, with its warnings, and leaves nothing on the token', async () => {
    const { code, report, stderr } = await check(token, { args: ['--officer'] });
    expect(failures(report)).toEqual([]);
    expect({ code, verdict: report.verdict }).toEqual({ code: 0, verdict: 'may be used with warnings' });
    expect(finding(report, 'hardware')).toMatchObject({
      result: 'warning',
      detail: expect.stringContaining('SoftHSM'),
    });
    expect(finding(report, 'C_DigestKey of a PIN object')).toMatchObject({ result: 'warning' });
    expect(finding(report, '2. wrap it under a key of known value')).toMatchObject({
      result: 'pass',
      detail: 'refused (CKR 0x69); an ordinary key is wrapped',
    });
    expect(finding(report, 'wraps a PIN object')).toMatchObject({ result: 'pass' });
    expect(finding(report, 'start-up checks')).toMatchObject({ result: 'pass' });
    expect(finding(report, 'module down and up, one login')).toMatchObject({ result: 'pass' });
    expect(finding(report, 'the transport key in C_Decrypt')).toMatchObject({ result: 'pass' });
    expect(finding(report, 'tells PINs apart')).toMatchObject({ result: 'pass' });
    // The one route that SoftHSM2 has with no key at all.
    expect(report.findings.filter(({ result }) => result === 'unknown').map(({ check: of }) => of)).toEqual([
      'the transport key in C_SignRecover',
    ]);
    expect(stderr).toContain('checking PIN stays inside');
    // A stranger with the TRUSTED flag, or a key that was left, would be found by the start-up checks.
    const again = await check(token);
    expect(finding(again.report, 'start-up checks')).toMatchObject({ result: 'pass' });
  });

  it('must not let a module be used that returns a readable key, and names each way out', async () => {
    const { code, report, stderr } = await check(token, { environment: careless() });
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'must not be used' });
    expect(failures(report)).toEqual(
      expect.arrayContaining([
        "a PIN object's value cannot be read",
        '1. unwrap without SENSITIVE, and read',
        'each attribute of the template is enforced',
        '2. wrap it under a key of known value',
      ]),
    );
    expect(stderr).toContain('must not be used');
  });

  it('must not let a module be used that decrypts with the transport key, and takes refusals to all for no proof', async () => {
    const source = new URL('../rigs/lying-module.c', import.meta.url);
    const lying = {
      PKCS11_MODULE: compileModule(source, join(folder, 'lying.so')),
      PKCS11_PROFILE: 'softhsm2',
      PINWARD_LYING_MODULE: token.module,
    };
    const { code, report } = await check(token, { environment: { ...lying, PINWARD_LIE: 'C_Decrypt:0x9' } });
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'must not be used' });
    expect(finding(report, 'the transport key in C_Decrypt')).toMatchObject({ result: 'fail' });
    expect(finding(report, 'start-up checks')).toMatchObject({ result: 'fail' });
    const deaf = await check(token, { environment: { ...lying, PINWARD_LIE: 'deaf' } });
    expect(finding(deaf.report, 'the transport key in C_Decrypt')).toMatchObject({ result: 'unknown' });
  });

  const LUNAS_WRAP = { aesKeyWrap: { mechanism: '0x80000170', parameter: 'a6a6a6a6a6a6a6a6' } };

  it.each([
    ['in FIPS mode, which creates no keys of plaintext', { PINWARD_CARELESS_FIPS: '1' }, {}],
    ['that wraps with a number and a parameter of its own', { PINWARD_CARELESS_LUNA: '1' }, LUNAS_WRAP],
  ] as const)('sees a PIN object wrapped out by a module %s', async (_name, careful, changes) => {
    const file = join(folder, 'own-wrap.json');
    writeFileSync(file, JSON.stringify(changes));
    const { report } = await check(token, {
      environment: { ...careless(), ...careful, PKCS11_PROFILE_FILE: file },
    });
    expect(finding(report, '2. wrap it under a key of known value')).toMatchObject({ result: 'fail' });
  });

  it('does not take it for a pass where a key of known value wraps nothing at all', async () => {
    const { report } = await check(token, {
      environment: { ...careless(), PINWARD_CARELESS_LUNA: '1' },
    });
    expect(finding(report, '2. wrap it under a key of known value')).toMatchObject({
      result: 'unknown',
      detail: expect.stringContaining('wraps no ordinary key either'),
    });
  });

  it.skipIf(nss === null)('must not let NSS softokn be used, and explains its gaps', async () => {
    if (nss === null) throw new Error('no NSS');
    const args = ['--without-database', '--library-parameters', nss.libraryParameters ?? ''];
    const { code, report } = await check(nss, { args, environment: { PKCS11_PROFILE: 'nss' } });
    expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'must not be used' });
    expect(failures(report)).toEqual([
      '1. unwrap without SENSITIVE, and read',
      'each attribute of the template is enforced',
      '2. wrap it under a key of known value',
      '3. let the transport key decrypt',
      '4. let the wrapping key unwrap',
      'a PIN object as the key of C_Sign',
      'a PIN object as the key of C_DeriveKey',
      'a PIN object wrapped under an RSA public key',
      'a PIN object wrapped under an AES key of known value',
      'a PIN object wrapped under a key that the user makes',
      'a PIN object wrapped under a key that the user makes TRUSTED',
    ]);
    expect(finding(report, '2. wrap it under a key of known value')?.detail).toContain('WRAP_WITH_TRUSTED');
    expect(finding(report, 'RSA-OAEP-256')).toMatchObject({ result: 'pass' });
    expect(finding(report, 'RFC 3394')).toMatchObject({ result: 'pass' });
  });

  it('takes what a deployment changes of its profile', async () => {
    const changes = {
      transportAlgorithm: 'RSA-OAEP',
      aesKeyWrap: { mechanism: '0x2109' },
      valueLenOnUnwrap: false,
      userType: '0x1',
      officerKeysPrivate: false,
      trustedKeys: 'made-by-officer',
      weakPinObjects: 'create',
      gcmIv: 'caller',
    };
    const file = join(folder, 'profile.json');
    writeFileSync(file, JSON.stringify(changes));
    const luna = { PKCS11_PROFILE: 'luna' };
    const documented = await check(token, { environment: luna });
    expect(finding(documented.report, 'AES key wrap')).toMatchObject({
      result: 'fail',
      detail: expect.stringContaining('0x80000170'),
    });
    const changed = await check(token, { environment: { ...luna, PKCS11_PROFILE_FILE: file } });
    expect(failures(changed.report)).toEqual([]);
    // SoftHSM2 lets no officer mark a key that exists; what the user made for it is removed again.
    writeFileSync(file, '{ "trustedKeys": "marked-by-officer" }');
    const before = objects();
    const marked = await check(token, { args: ['--officer'], environment: { PKCS11_PROFILE_FILE: file } });
    expect(failures(marked.report)).toEqual(['can be made']);
    expect(finding(marked.report, 'start-up checks')).toMatchObject({ result: 'pass' });
    expect(objects()).toEqual(before);
    writeFileSync(file, '{ "userType": 1 }');
    const wrong = await check(token, { environment: { ...luna, PKCS11_PROFILE_FILE: file } });
    expect(wrong).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('PKCS11_PROFILE_FILE: userType'),
    });
  });

  it('leaves no TRUSTED key, whatever ends it: a refused login, a crash, a hang', async () => {
    const [log, faults] = [join(folder, 'shim.log'), join(folder, 'faults')];
    const shim = { PKCS11_MODULE: buildShim(), ...shimEnvironment({ module: token.module, log, faults }) };
    const before = objects();
    const officer = (environment: Record<string, string>) =>
      check(token, {
        args: ['--officer', '--timeout', '5'],
        environment: { PKCS11_PROFILE: 'softhsm2', ...shim, ...environment },
      });

    const wrongUser = await officer({ PKCS11_TOKEN_PIN: '00000000' });
    expect(wrongUser).toMatchObject({ code: 1, stderr: expect.stringContaining('is not tried again') });
    const wrongOfficer = await officer({ PKCS11_SO_PIN: '00000000' });
    expect(wrongOfficer).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the login of the security officer'),
    });
    expect(objects()).toEqual(before);
    const refused = new ShimLog(log)
      .calls()
      .filter((call) => call.function === 'C_Login' && call.result?.rv === 0xa0);
    // One each, and never another.
    expect(refused).toHaveLength(2);
    setFaults(faults, [{ function: 'C_Login', returns: 0x80001234, when: 'after' }]);
    const logins = () => new ShimLog(log).calls().filter((call) => call.function === 'C_Login').length;
    const loginsBefore = logins();
    const vendors = await officer({});
    expect(vendors).toMatchObject({ code: 1, stderr: expect.stringContaining('CKR 0x80001234') });
    expect(logins()).toBe(loginsBefore + 1);

    for (const fault of [{ kill: true }, { hang: true }] as const) {
      setFaults(faults, [{ function: 'C_WrapKey', ...fault, calls: 1 }]);
      const { code, report, stderr } = await officer({});
      expect({ code, verdict: report.verdict }).toEqual({ code: 1, verdict: 'must not be used' });
      expect(finding(report, 'lives through it')?.detail).toMatch(
        'kill' in fault ? /^ended the process in ".+" \(SIGKILL\)$/ : /^did not answer in ".+"$/,
      );
      // What was found before is told.
      expect(finding(report, 'hardware')).toBeDefined();
      expect(stderr).toContain('checking');
      setFaults(faults, []);
      expect(objects()).toEqual(before);
    }
  });

  it('makes no TRUSTED key under services that would take it for an attack', async () => {
    const owner = await database.open({ url: database.ownerUrl });
    await reportHeldKeys(owner, '9c0c5f0e-52fd-4d20-8c11-6ad1c1b0b001', { keys: [], trouble: null });
    const refused = await check(token, { args: ['--officer'] });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('1 services are running') });
    expect((await check(token)).code).toBe(0);
    await owner.query('DELETE FROM hsm_key_holders');
  });

  it('says what is wrong with registered keys', async () => {
    const owner = await database.open({ url: database.ownerUrl });
    await owner.query(`UPDATE hsm_keys SET fingerprint = sha256('other') WHERE kind = 'lookup'`);
    const { code, report } = await check(token);
    expect(code).toBe(1);
    expect(finding(report, 'start-up checks')).toMatchObject({
      result: 'fail',
      detail: 'lookup-1 (CKA_VALUE): is not the key that was registered',
    });
  });

  it('logs in once with a wrong PIN and says so; a module or token that is not there is named', async () => {
    const wrong = await check(token, { environment: { PKCS11_TOKEN_PIN: '00000000' } });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('is not tried again'),
    });
    expect(wrong.stderr).not.toContain('00000000');
    const none = await check(token, { environment: { PKCS11_TOKEN_LABEL: 'other' } });
    expect(none.stderr).toContain('0 tokens are labelled "other"');
    const module = await check(token, {
      environment: { PKCS11_MODULE: '/nowhere.so', PKCS11_PROFILE: 'softhsm2' },
    });
    expect(module.stderr).toContain('the PKCS#11 module cannot be used');
    const { stderr, code } = await check(token, { environment: { PKCS11_PROFILE: 'other' } });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('PKCS11_PROFILE') });
  });

  it('asks for the token PIN, and without a terminal says what to set', async () => {
    const { PKCS11_TOKEN_PIN: _, ...rest } = { PKCS11_TOKEN_PIN: '' };
    const outcome = await pinctl(['hsm', 'check'], {
      ...(token.environment as Record<string, string>),
      ...rest,
      PKCS11_MODULE: token.module,
      PKCS11_TOKEN_LABEL: token.tokenLabel,
    });
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('PKCS11_TOKEN_PIN_FILE is not set'),
    });
  });
});
