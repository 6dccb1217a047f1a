import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatVerifierKey, verifierKeys } from '#libs/audit';
import { KEY_KINDS, keyLabel, openPinHsm, TokenPin, type PinHsm, type RegisteredKey } from '#libs/hsm';
import { readKeyHolders, readRegisteredKeys, reportHeldKeys } from '#libs/keys';
import { HOST_ENTRY } from '../rigs/token.js';
import { KeysKit, SECRETS } from './keys-kit.js';

let kit: KeysKit;
beforeAll(async () => {
  kit = await KeysKit.open();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const RSA = ['--transport-bits', '2048'];
const YES = '--yes';
const record = (name: string) => ['--record', kit.file(name)];
const stateOf = async (label: string) =>
  (await readRegisteredKeys(kit.owner)).find((key) => keyLabel(key) === label)?.state;

/** The service's own start-up checks, on what the ceremony left. */
async function openService(): Promise<PinHsm> {
  const { PKCS11_MODULE: module = '', PKCS11_TOKEN_LABEL: tokenLabel = '' } = kit.environment;
  return await openPinHsm({
    module,
    tokenLabel,
    tokenPin: new TokenPin(SECRETS.userPin),
    profile: 'softhsm2',
    workers: 1,
    queueCapacity: 4,
    weakPins: [],
    allowWeakEnforcement: false,
    evaluationWindowMs: 10_000,
    registeredKeys: () => readRegisteredKeys(kit.owner),
    reserveSeals: async () => undefined,
    environment: kit.environment,
    hostEntry: HOST_ENTRY,
  });
}

describe('pinctl keys init', () => {
  it('has the crypto user wait for the officer, and registers nothing before', async () => {
    const args = ['keys', 'init', YES, '--role', 'user', ...RSA, ...record('too-early')];
    const { code, stderr } = await kit.run(args, { PKCS11_SO_PIN: undefined });
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'pin-wrapping-1 is not trusted yet: the security officer makes it first',
      ),
    });
    expect(await readRegisteredKeys(kit.owner)).toEqual([]);
  });

  it('is done in two roles, each with its own secret, and ends with a record that the HSM signed', async () => {
    const officer = await kit.run(['keys', 'init', YES, '--role', 'officer', '--participant', 'A. Officer'], {
      PKCS11_TOKEN_PIN: undefined,
    });
    expect(officer).toMatchObject({ code: 0, stdout: expect.stringContaining('Made pin-wrapping-1') });
    expect(await stateOf('pin-wrapping-1')).toBe('announced');
    const persons = ['--participant', 'B. User', '--participant', 'C. Witness'];
    const user = await kit.run(
      ['keys', 'init', YES, '--role', 'user', ...persons, ...RSA, ...record('init')],
      {
        PKCS11_SO_PIN: undefined,
      },
    );
    expect(user).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Signed record: ${kit.file('init')}`),
    });
    const keys = await readRegisteredKeys(kit.owner);
    expect(keys.map(({ kind, state }) => [kind, state]).toSorted()).toEqual(
      KEY_KINDS.map((kind) => [kind, 'current']).toSorted(),
    );
    const hsm = await openService();
    const lines = verifierKeys(hsm, 'pinward/audit').map(formatVerifierKey);
    writeFileSync(kit.file('verifier-keys'), `${lines.join('\n')}\n`);
    await hsm.close();

    const shown = await kit.run([
      'keys',
      'verify-record',
      kit.file('init'),
      '--keys',
      kit.file('verifier-keys'),
    ]);
    expect(shown.code).toBe(0);
    const told = JSON.parse(shown.stdout) as {
      participants: string[];
      keys: { key: string; attributes: object; registrations: { state: string; by: string }[] }[];
    };
    expect(told.participants).toEqual(expect.arrayContaining(['B. User', 'C. Witness']));
    expect(told.keys.map(({ key }) => key).toSorted()).toEqual(keys.map(keyLabel).toSorted());
    const wrapping = told.keys.find(({ key }) => key === 'pin-wrapping-1');
    expect(wrapping?.attributes).toMatchObject({ CKA_TRUSTED: true, CKA_WRAP: true, CKA_EXTRACTABLE: false });
    // The officer took part in an earlier run.
    expect(wrapping?.registrations).toMatchObject([
      { state: 'announced', by: expect.stringContaining('A. Officer') },
      { state: 'current', by: expect.stringContaining('B. User') },
    ]);

    const forged = readFileSync(kit.file('init'), 'utf8').replace('B. User', 'D. User');
    writeFileSync(kit.file('forged'), forged);
    const refused = await kit.run([
      'keys',
      'verify-record',
      kit.file('forged'),
      '--keys',
      kit.file('verifier-keys'),
    ]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('signature') });
  });

  it('changes nothing the second time, and never writes over a record', async () => {
    const again = await kit.run(['keys', 'init', YES, ...RSA, ...record('again')]);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to do') });
    const over = await kit.run(['keys', 'init', YES, ...RSA, ...record('init')]);
    expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining('never written over') });
  });

  it('is audited with the persons who took part', async () => {
    const [line] = await kit.owner.query<{ subject: string }[]>(
      `SELECT subject FROM audit_events WHERE action = 'key.register' AND details LIKE '%lookup-1%'`,
    );
    expect(line?.subject).toContain('B. User');
  });
});

describe('pinctl keys rotate', () => {
  it.each(KEY_KINDS)(
    '%s: the next is current, the one before accepted, and the service starts with both',
    async (kind) => {
      if (kind === 'manifest-signing')
        await kit.run(['keys', 'rotate', kind, YES, '--prepare', ...record('before-manifest')]);
      const rotated = await kit.run(['keys', 'rotate', kind, YES, ...RSA, ...record(`rotate-${kind}`)]);
      expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining(`${kind}-2 is current`) });
      expect([await stateOf(`${kind}-1`), await stateOf(`${kind}-2`)]).toEqual(['accepted', 'current']);
      await (await openService()).close();
    },
  );

  it('makes no manifest key current that no app can pin yet, and tells the pin when it is prepared', async () => {
    const args = ['keys', 'rotate', 'manifest-signing', YES];
    const unprepared = await kit.run([...args, ...record('unprepared')]);
    expect(unprepared).toMatchObject({ code: 1, stderr: expect.stringContaining('--prepare first') });
    expect(await stateOf('manifest-signing-3')).toBeUndefined();
  });

  it('can be prepared, is listed so, and goes on later', async () => {
    const args = ['keys', 'rotate', 'manifest-signing', YES];
    const prepared = await kit.run([...args, '--prepare', ...record('prepare')]);
    expect(prepared.stdout).toContain('registered and not used yet');
    const next = (await readRegisteredKeys(kit.owner)).find((key) => keyLabel(key) === 'manifest-signing-3');
    expect(prepared.stdout).toContain(`The pin for apps: ${next?.fingerprint.toString('base64url')}.`);
    const { stdout } = await kit.run(['keys', 'list'], { PKCS11_TOKEN_PIN: undefined });
    expect(stdout).toMatch(/^manifest-signing-3 +prepared/m);
    expect(stdout).toMatch(/^manifest-signing-2 +current +0 d +20\d\d-/m);
    const done = await kit.run([...args, ...record('activate')]);
    expect(done.stdout).toContain('manifest-signing-3 is current');
    expect(done.stderr).toContain('has been registered before');
  });

  it('makes nothing current that a running process does not hold', async () => {
    const replicaId = '3f0e1f5e-6f53-4f0e-9d5b-0a9d1c7c2b11';
    const keys = await readRegisteredKeys(kit.owner);
    await reportHeldKeys(kit.owner, replicaId, { keys, trouble: null });
    const running = kit.run(['keys', 'rotate', 'otp', YES, ...record('waits')]);
    await expect.poll(() => stateOf('otp-3')).toBe('accepted');
    expect(await stateOf('otp-2')).toBe('current');
    // It takes the key up, before it is current and then as the current one.
    const report = async () => {
      const now = await readRegisteredKeys(kit.owner);
      await reportHeldKeys(kit.owner, replicaId, { keys: now, trouble: null });
      return now.find((key) => keyLabel(key) === 'otp-3')?.state;
    };
    await expect.poll(report).toBe('current');
    await report();
    const { code, stderr } = await running;
    expect(code).toBe(0);
    expect(stderr).toContain('0 of 1 running processes hold otp-3');
    expect(stderr).toContain('1 of 1 running processes use otp-3');
    expect(await readKeyHolders(kit.owner)).toHaveLength(1);
    await kit.owner.query('DELETE FROM hsm_key_holders');
  });

  it('a wrapping key in two roles, each with its own secret', async () => {
    const rotate = (role: string, without: string) =>
      kit.run(['keys', 'rotate', 'pin-wrapping', YES, '--role', role, ...record(`${role}-part`)], {
        [without]: undefined,
      });
    const officer = await rotate('officer', 'PKCS11_TOKEN_PIN');
    expect(officer).toMatchObject({ code: 0, stderr: expect.stringContaining('made pin-wrapping-3') });
    const user = await rotate('user', 'PKCS11_SO_PIN');
    expect(user).toMatchObject({ code: 0, stdout: expect.stringContaining('pin-wrapping-3 is current') });
    const none = await kit.run(['keys', 'rotate', 'otp', YES, '--role', 'officer', ...record('no-part')]);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('the officer has no part') });
  });

  it('follows no key that a replica does not use yet', async () => {
    const keys = (await readRegisteredKeys(kit.owner)).map((key): RegisteredKey =>
      key.kind === 'otp' && key.state === 'current' ? { ...key, state: 'accepted' } : key,
    );
    await reportHeldKeys(kit.owner, '0b4c3d52-3c0e-4f6c-9a51-0d9d7f2f7a11', { keys, trouble: null });
    const again = await kit.run(['keys', 'rotate', 'otp', YES, ...record('unfinished')]);
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the last rotation is not over'),
    });
    expect(await stateOf('otp-4')).toBeUndefined();
    await kit.owner.query('DELETE FROM hsm_key_holders');
  });

  it('waits for no other ceremony', async () => {
    const guard = kit.owner.createQueryRunner();
    await guard.query(`SELECT pg_advisory_lock(hashtext('pinward key ceremony'))`);
    const second = await kit.run(['keys', 'rotate', 'otp', YES, ...record('second')]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining('another key ceremony') });
    await guard.query(`SELECT pg_advisory_unlock(hashtext('pinward key ceremony'))`);
    await guard.release();
    expect(await stateOf('otp-4')).toBeUndefined();
  });

  it('asks first, and says which token it is', async () => {
    const { code, stderr } = await kit.run(['keys', 'rotate', 'otp', ...record('asked')], {}, 'yes\n');
    expect(code).toBe(1);
    expect(stderr).toContain('token "pinward-ceremony" (SoftHSM project');
    expect(stderr).toContain('nothing was changed');
    expect(await stateOf('otp-4')).toBeUndefined();
  });

  it('writes no record of its own where it did not finish: there is one of everything', async () => {
    const all = await kit.run(['keys', 'record', ...record('inventory')]);
    expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining(kit.file('inventory')) });
    expect(readFileSync(kit.file('inventory'), 'utf8')).toContain('"otp-3"');
  });

  it('refuses what it does not know', async () => {
    expect(await kit.run(['keys', 'rotate', 'other', YES, ...record('other')])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is no kind of key'),
    });
  });
});

describe('pinctl keys retire', () => {
  const retire = (label: string, ...more: string[]) =>
    kit.run(['keys', 'retire', label, YES, ...record(`retire-${label}`), ...more]);

  it('ends what nothing needs, once no replica can work with it any more', async () => {
    const early = await retire('secrets-1');
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('secrets-1 is accepted until') });
    expect(await retire('secrets-1', '--now')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('for pin-transport keys alone'),
    });
    await kit.passEnd('secrets', 1);
    const slow = (await readRegisteredKeys(kit.owner)).map((key): RegisteredKey =>
      keyLabel(key) === 'secrets-1' ? { ...key, state: 'current' } : key,
    );
    await reportHeldKeys(kit.owner, '6f0f0b0c-7f29-4c39-8a55-5a0e6b0d2c01', { keys: slow, trouble: null });
    expect(await retire('secrets-1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('still make new values with secrets-1'),
    });
    await kit.owner.query('DELETE FROM hsm_key_holders');
    const retired = await retire('secrets-1');
    expect(retired).toMatchObject({ code: 0, stdout: expect.stringContaining('is retired') });
    const signed = readFileSync(kit.file('retire-secrets-1'), 'utf8');
    expect(signed).toContain('"action": "retire secrets-1"');
    expect(signed).toMatch(/"state": "retired",\n\s+"fingerprint"/);
  });

  it('drops the register of a transport key', async () => {
    const accepted = await retire('pin-transport-1');
    expect(accepted).toMatchObject({ code: 1, stderr: expect.stringContaining('--now ends it before') });
    // Where the token is out of reach, as after its loss.
    const lost = { PKCS11_MODULE: '/nowhere.so', PKCS11_PROFILE: 'softhsm2' };
    const args = ['keys', 'retire', 'pin-transport-1', YES, '--now'];
    expect(await kit.run([...args, ...record('lost')], lost)).toMatchObject({ code: 1 });
    expect(await kit.run([...args, '--no-record'], lost)).toMatchObject({ code: 0 });
    const [register] = await kit.owner.query<{ there: string | null }[]>(
      `SELECT to_regclass('pin_envelopes_pin_transport_1') AS there`,
    );
    expect(register?.there).toBeNull();
    await (await openService()).close();
  });

  it('refuses what is current, unknown, or still needed', async () => {
    expect((await retire('lookup-2')).stderr).toContain('is current');
    expect((await retire('lookup-9')).stderr).toContain('is not registered');
    await kit.owner.query(
      `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account, verifier, verifier_salt, verifier_generation)
       VALUES ('default', gen_random_uuid(), 'needs it', '000000000000', sha256(''), substr(sha256(''), 1, 16), 1)`,
    );
    await kit.passEnd('pin-wrapping', 1);
    const { code, stderr } = await retire('pin-wrapping-1');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^pinctl: copied .*\npinctl: pin-wrapping-1 is still needed: 1 PIN verifiers\n$/,
      ),
    });
    const { stdout } = await kit.run(['keys', 'list']);
    expect(stdout).toMatch(/^pin-wrapping-1 .* 1 PIN verifiers/m);
  });

  it('asks first', async () => {
    const { code, stderr } = await kit.run(['keys', 'retire', 'otp-1'], {}, 'no\n');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was changed'),
    });
    expect(await stateOf('otp-1')).toBe('accepted');
  });
});

describe('where a wrapping key is not born trusted', () => {
  const changed = (trustedKeys: string) => {
    writeFileSync(kit.file(trustedKeys), JSON.stringify({ trustedKeys }));
    return { PKCS11_PROFILE_FILE: kit.file(trustedKeys) };
  };

  it('the user makes it, another person marks it, and it is registered only then', async () => {
    await using fresh = await KeysKit.open();
    const init = (more: readonly string[], environment: Record<string, string>) =>
      fresh.run(['keys', 'init', YES, ...RSA, ...more, '--record', fresh.file('record')], environment);
    const outside = await init(['--role', 'user'], changed('marked-outside'));
    expect(outside).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("mark it trusted with the vendor's tool"),
    });
    expect(outside.stderr).toContain('made pin-wrapping-1');
    expect(await readRegisteredKeys(fresh.owner)).toMatchObject([
      { kind: 'pin-wrapping', state: 'announced' },
    ]);
    // SoftHSM2 lets no role mark a key that exists: the officer's part is refused, and nothing is registered.
    const marked = await init(['--role', 'officer'], changed('marked-by-officer'));
    expect(marked).toMatchObject({ code: 1, stderr: expect.stringContaining('the token refused (CKR 0x') });
    const again = await init(['--role', 'user'], changed('marked-by-officer'));
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the security officer marks it next'),
    });
    expect(again.stderr).not.toContain('made ');
  });
});

it('takes no module for SoftHSM2 unless it is told so', async () => {
  const made = await kit.run(['keys', 'init', YES], { PKCS11_MODULE: '/usr/lib/libCryptoki2_64.so' });
  expect(made).toMatchObject({ code: 1, stderr: expect.stringContaining('PKCS11_PROFILE: must say whose') });
});

it('neither secret is printed anywhere', async () => {
  const wrong = await kit.run(['keys', 'rotate', 'otp', YES, ...record('wrong')], {
    PKCS11_TOKEN_PIN: '99999999',
  });
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('is not tried again') });
  expect(wrong.stderr + wrong.stdout).not.toMatch(/99999999|17320508/);
});
