import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '#libs/key-ceremony';
import { CKO_SECRET_KEY, VENDOR_PROFILES } from '#libs/hsm/pkcs11';
import { CLOUDHSM, ShapedKit } from './shaped-kit.js';

/**
 * The cloudhsm profile from check and ceremony to the PIN operations and the demo, on a module that wants what AWS documents,
 * with SoftHSM2 behind it. No test of a CloudHSM.
 */
let kit: ShapedKit;

beforeAll(async () => {
  kit = await ShapedKit.open(CLOUDHSM);
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

/** What the admin does with the vendor's command line. SoftHSM2 marks no key that exists: it is made anew. */
function markedOutside(generation: number): void {
  const label = { CKA_CLASS: CKO_SECRET_KEY, CKA_LABEL: `pin-wrapping-${generation}` };
  kit.behind('user', (session) => session.find(label).forEach((key) => session.destroyObject(key)));
  kit.behind('officer', (session) =>
    makeKey(session, VENDOR_PROFILES.softhsm2, { kind: 'pin-wrapping', generation, rsaBits: 0 }),
  );
}

describe('a CloudHSM-shaped module', () => {
  it('passes the check before there is a key', async () => {
    const { code, failures, report } = await kit.check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    for (const check of ['RFC 3394', 'seals and opens, gcmIv parameter'])
      expect(report.findings).toContainEqual(expect.objectContaining({ check, result: 'pass' }));
  });

  it("gets its keys from two runs, and the mark between them from the vendor's tool", async () => {
    const made = await kit.making('keys', 'init', '--transport-bits', '2048');
    expect(made).toMatchObject({ code: 1, stderr: expect.stringContaining("with the vendor's tool") });
    markedOutside(1);
    const registered = await kit.making('keys', 'init');
    expect(registered).toMatchObject({ code: 0, stdout: expect.stringContaining('pin-wrapping-1') });
    expect(registered.stderr).not.toContain('made pin-wrapping');
    await kit.expectRecordedIvs(12);
  });

  it('rotates its wrapping key, marked again, and reseals', async () => {
    const rotate = (kind: string) => kit.making('keys', 'rotate', kind);
    expect(await rotate('pin-wrapping')).toMatchObject({ code: 1 });
    markedOutside(2);
    expect(await rotate('pin-wrapping')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pin-wrapping-2 is current'),
    });
    expect(await kit.run(['keys', 'reseal', 'secrets'])).toMatchObject({ code: 0 });
  });

  it('passes the check with its keys', async () => {
    const { code, failures, report } = await kit.check();
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect(report.findings).toContainEqual(
      expect.objectContaining({ check: 'start-up checks', result: 'pass' }),
    );
  });

  it('plays the demo', async () => {
    expect(await kit.playDemo()).toContain('The demo went as expected.');
  });
});

ShapedKit.describeContract('a CloudHSM-shaped module', () => kit, 12);
