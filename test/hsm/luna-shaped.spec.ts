import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyLabel } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import { CKK_AES, CKO_SECRET_KEY, template } from '#libs/hsm/pkcs11';
import { SECRETS } from '../pinctl/keys-kit.js';
import { LUNA, ShapedKit, SOFTHSM_CANNOT } from './shaped-kit.js';

/**
 * The luna profile from check and ceremony to the PIN operations and the demo, on a module that wants what Thales documents of
 * FIPS mode, with SoftHSM2 behind it. No test of a Luna.
 */
let kit: ShapedKit;

beforeAll(async () => {
  kit = await ShapedKit.open(LUNA);
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

describe('a Luna-shaped module', () => {
  it('passes the check before there is a key, a marked one included', async () => {
    const { code, failures, report } = await kit.check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    for (const check of ['wraps a PIN object', 'RFC 3394', 'seals and opens, gcmIv appended'])
      expect(report.findings).toContainEqual(expect.objectContaining({ check, result: 'pass' }));
  });

  it('fails it with another IV for key wrap than the standard has, and with one given for GCM', async () => {
    const changes = {
      ...SOFTHSM_CANNOT,
      aesKeyWrap: { mechanism: '0x80000170', parameter: '0102030405060708' },
      gcmIv: 'caller',
    };
    writeFileSync(kit.keys.file('wrong.json'), JSON.stringify(changes));
    const { code, failures } = await kit.check({ PKCS11_PROFILE_FILE: kit.keys.file('wrong.json') });
    expect(code).toBe(1);
    expect(failures).toContainEqual(expect.stringMatching(/^RFC 3394: another result/));
    expect(failures).toContainEqual(
      'seals and opens, gcmIv caller: refused (CKR 0x71); it works with gcmIv appended',
    );
  });

  it('gets its keys from three runs: made, marked, registered', async () => {
    const made = await kit.making('keys', 'init', '--role', 'user', '--transport-bits', '2048');
    expect(made).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the security officer marks it next'),
    });
    const marked = await kit.making('keys', 'init', '--role', 'officer');
    expect(marked).toMatchObject({ code: 0 });
    const registered = await kit.making('keys', 'init', '--role', 'user');
    expect(registered).toMatchObject({ code: 0, stdout: expect.stringContaining('pin-wrapping-1') });
    expect(registered.stderr).not.toContain('made pin-wrapping');
    await kit.expectRecordedIvs(16);
  });

  it('gets no mark on a key that was not made inside: its value may be known', async () => {
    const label = { CKA_CLASS: CKO_SECRET_KEY, CKA_LABEL: 'pin-wrapping-2' };
    // A stranger under the label of the generation that is announced; any other is never looked at.
    const announced = { kind: 'pin-wrapping', generation: 2, state: 'announced', expiresAt: null } as const;
    await registerKeys(kit.keys.owner, [{ ...announced, fingerprint: Buffer.alloc(32) }]);
    kit.behind('user', (session) => {
      const known = { CKA_KEY_TYPE: CKK_AES, CKA_TOKEN: true, CKA_PRIVATE: false, CKA_WRAP: true };
      session.createObject(template({ ...label, ...known, CKA_VALUE: Buffer.alloc(32, 7) }));
    });
    try {
      expect(await kit.making('keys', 'rotate', 'pin-wrapping', '--role', 'officer')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the wrapping key is not marked (CKA_LOCAL)'),
      });
    } finally {
      kit.behind('user', (session) => session.find(label).forEach((key) => session.destroyObject(key)));
    }
  });

  it('rotates its wrapping key, marked again', async () => {
    const rotate = (role: string) => kit.making('keys', 'rotate', 'pin-wrapping', '--role', role);
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
    const { code, failures, report } = await kit.check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'start-up checks', result: 'pass' }),
    );
    expect((await readRegisteredKeys(kit.keys.owner)).map(keyLabel)).toContain('pin-wrapping-2');
  });

  it("reseals as the service's user", async () => {
    const reseal = ['keys', 'reseal', 'secrets'];
    expect(await kit.run(reseal)).toMatchObject({ code: 0 });
    expect(await kit.run(reseal, { PKCS11_SERVICE_PIN: SECRETS.userPin })).toMatchObject({ code: 1 });
  });

  it('plays the demo', async () => {
    expect(await kit.playDemo()).toContain('The demo went as expected.');
  });
});

ShapedKit.describeContract('a Luna-shaped module', () => kit, 16);
