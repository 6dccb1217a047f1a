import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRegisteredKeys } from '#libs/database';
import { keyLabel, openPinHsm, parseProfileChanges, TokenPin } from '#libs/hsm';
import { inSession } from '#libs/key-ceremony';
import { SecretText } from '#libs/secret-text';
import { CKK_AES, CKO_SECRET_KEY } from '../../libs/hsm/src/pkcs11/constants.js';
import { Cryptoki, type CryptokiSession } from '../../libs/hsm/src/pkcs11/cryptoki.js';
import { template } from '../../libs/hsm/src/pkcs11/template.js';
import { onlySlot } from '../../libs/hsm/src/pkcs11/token.js';
import { KeysKit, SECRETS } from '../pinctl/keys-kit.js';
import type { Outcome } from '../pinctl/pinctl-process.js';
import { compileModule } from '../support/shim.js';
import { HOST_ENTRY, SOFTHSM_MODULE } from '../support/token.js';
import { describeHsmContract, QUEUE_CAPACITY, WEAK_PINS, withCurrent } from './contract-suite.js';

/**
 * The luna profile from check and ceremony to the PIN operations, on a module that wants what Thales documents, with
 * SoftHSM2 behind it. No test of a Luna.
 */
const USER_PIN = '22360679';
/** What SoftHSM2 cannot do: OAEP with SHA-256, and a private key that its officer sees. */
const CHANGES = JSON.stringify({ transportAlgorithm: 'RSA-OAEP', officerKeysPrivate: false });

let kit: KeysKit;
let environment: Record<string, string>;
let records = 0;

beforeAll(async () => {
  kit = await KeysKit.open();
  writeFileSync(kit.file('profile.json'), CHANGES);
  environment = {
    PKCS11_MODULE: compileModule(
      new URL('../rigs/luna-shaped-module.c', import.meta.url),
      kit.file('luna.so'),
    ),
    PKCS11_PROFILE: 'luna',
    PKCS11_PROFILE_FILE: kit.file('profile.json'),
    PINWARD_LUNA_MODULE: SOFTHSM_MODULE,
    PINWARD_LUNA_OFFICER_LOGIN: SECRETS.userPin,
    PINWARD_LUNA_USER_LOGIN: USER_PIN,
  };
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

/** Everybody has one secret. */
async function run(...args: readonly string[]): Promise<Outcome> {
  return await kit.run(args, { ...environment, PKCS11_SERVICE_PIN: USER_PIN });
}
const making = (...args: readonly string[]) => {
  records += 1;
  return run(...args, '--yes', '--record', kit.file(`record-${records}`));
};

interface Report {
  readonly findings: readonly { readonly check: string; readonly result: string; readonly detail: string }[];
}

async function check(): Promise<{
  readonly code: number | null;
  readonly failures: readonly string[];
  readonly report: Report;
}> {
  const { code, stdout } = await run('hsm', 'check', '--officer', '--json');
  const report = JSON.parse(stdout) as Report;
  const failures = report.findings.filter(({ result }) => result === 'fail');
  return { code, report, failures: failures.map(({ check: name, detail }) => `${name}: ${detail}`) };
}

describe('a Luna-shaped module', () => {
  it('passes the check before there is a key, a marked one included', async () => {
    const { code, failures, report } = await check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'wraps a PIN object', result: 'pass' }),
    );
  });

  it('gets its keys from three runs: made, marked, registered', async () => {
    const made = await making('keys', 'init', '--role', 'user', '--transport-bits', '2048');
    expect(made).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the security officer marks it next'),
    });
    const marked = await making('keys', 'init', '--role', 'officer');
    expect(marked).toMatchObject({ code: 0 });
    const registered = await making('keys', 'init', '--role', 'user');
    expect(registered).toMatchObject({ code: 0, stdout: expect.stringContaining('pin-wrapping-1') });
    expect(registered.stderr).not.toContain('made ');
  });

  it('gets no mark on a key that was not made inside: its value may be known', async () => {
    process.env['SOFTHSM2_CONF'] = kit.environment['SOFTHSM2_CONF'];
    const cryptoki = new Cryptoki(SOFTHSM_MODULE);
    cryptoki.initialize();
    const slot = onlySlot(cryptoki, kit.environment['PKCS11_TOKEN_LABEL'] ?? '');
    const login = { role: 'user', pin: new SecretText(SECRETS.userPin) } as const;
    const label = { CKA_CLASS: CKO_SECRET_KEY, CKA_LABEL: 'pin-wrapping-2' };
    const asUser = (work: (session: CryptokiSession) => void) => inSession({ cryptoki, slot, login }, work);
    asUser((session) => {
      const known = { CKA_KEY_TYPE: CKK_AES, CKA_TOKEN: true, CKA_PRIVATE: false, CKA_WRAP: true };
      session.createObject(template({ ...label, ...known, CKA_VALUE: Buffer.alloc(32, 7) }));
    });
    try {
      expect(await making('keys', 'rotate', 'pin-wrapping', '--role', 'officer')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the wrapping key is not marked (CKA_LOCAL)'),
      });
    } finally {
      asUser((session) => session.find(label).forEach((key) => session.destroyObject(key)));
      cryptoki.finalize();
    }
  });

  it('rotates its wrapping key, marked again', async () => {
    const rotate = (role: string) => making('keys', 'rotate', 'pin-wrapping', '--role', role);
    expect(await rotate('officer')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('does not see it'),
    });
    expect(await rotate('user')).toMatchObject({ code: 1, stderr: expect.stringContaining('marks it next') });
    expect(await rotate('officer')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Next, the crypto user'),
    });
    const rotated = await rotate('user');
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining('pin-wrapping-2 is current') });
    expect(rotated.stderr).not.toContain('made ');
  });

  it('passes the check with its keys, as the crypto user who cannot make any', async () => {
    const { code, failures, report } = await check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'start-up checks', result: 'pass' }),
    );
    expect((await readRegisteredKeys(kit.owner)).map(keyLabel)).toContain('pin-wrapping-2');
  });

  it("reseals as the service's user", async () => {
    expect(await run('keys', 'reseal', 'secrets')).toMatchObject({ code: 0 });
    const wrong = await kit.run(['keys', 'reseal', 'secrets'], {
      ...environment,
      PKCS11_SERVICE_PIN: SECRETS.userPin,
    });
    expect(wrong).toMatchObject({ code: 1 });
  });
});

describeHsmContract('a Luna-shaped module', () => ({
  algorithm: 'RSA-OAEP',
  open: async ({ currentWrapping }) => {
    const keys = await readRegisteredKeys(kit.owner);
    const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = {
      ...kit.environment,
      ...environment,
    };
    return await openPinHsm({
      ...{ module, tokenLabel, tokenPin: new TokenPin(USER_PIN) },
      ...{ profile: 'luna', profileChanges: parseProfileChanges(CHANGES) },
      ...{ workers: 2, queueCapacity: QUEUE_CAPACITY, weakPins: WEAK_PINS, allowWeakEnforcement: false },
      evaluationWindowMs: 10_000,
      registeredKeys: async () => withCurrent(keys, currentWrapping),
      reserveSeals: async () => undefined,
      environment: { ...kit.environment, ...environment },
      hostEntry: HOST_ENTRY,
    });
  },
}));
