import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HsmKeyEntity } from '#libs/database';
import { keyLabel } from '#libs/hsm';
import { readRegisteredKeys, registerKeys } from '#libs/keys';
import { KeysKit } from './keys-kit.js';

let kit: KeysKit;
let records = 0;
beforeAll(async () => {
  kit = await KeysKit.open();
  await done('init', '--transport-bits', '2048');
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function run(...args: readonly string[]) {
  records += 1;
  return await kit.run(['keys', ...args, '--yes', '--record', kit.file(`record-${records}`)]);
}

async function done(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  if (code !== 0) throw new Error(`pinctl keys ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout + stderr;
}

const rotate = (kind: string, ...more: readonly string[]) => done('rotate', kind, ...more);
const transport = () => rotate('pin-transport', '--transport-bits', '2048');
const stateOf = async (label: string) =>
  (await readRegisteredKeys(kit.owner)).find((key) => keyLabel(key) === label)?.state;
const found = async () =>
  JSON.parse((await kit.run(['keys', 'orphans', '--yes', '--json'])).stdout) as unknown;

/** What a backup of the database that is taken now brings back later. */
async function backup(): Promise<() => Promise<void>> {
  const rows = await kit.owner.manager.find(HsmKeyEntity);
  return async () => {
    await kit.owner.query('DELETE FROM hsm_keys');
    await kit.owner.manager.insert(HsmKeyEntity, rows);
  };
}

describe('a try that fails', () => {
  it('leaves nothing on the token', async () => {
    const restore = await backup();
    // Whatever the fault is: here a key that is not as it was registered.
    await kit.owner.query(`UPDATE hsm_keys SET fingerprint = sha256('other') WHERE kind = 'secrets'`);
    for (const kind of ['pin-transport', 'audit-signing']) {
      const { code, stderr } = await run('rotate', kind, '--transport-bits', '2048');
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('secrets-1 (CKA_VALUE): is not the key that was registered'),
      });
      expect(stderr).toContain(`removed ${kind}-2 again`);
    }
    await restore();
    expect(await found()).toEqual([]);
  });
});

describe('after the database was restored', () => {
  it('a transport key is a new one, and the one that was used since is neither adopted nor its number', async () => {
    const restore = await backup();
    await transport();
    await restore();
    expect(await found()).toEqual([{ label: 'pin-transport-2', difference: 'orphan', trusted: false }]);
    const words = await transport();
    expect(words).toContain('pin-transport-2 is on the token and not registered: it is never used');
    expect(words).toContain('pin-transport-3 is current');
    expect([await stateOf('pin-transport-2'), await stateOf('pin-transport-3')]).toEqual([
      undefined,
      'current',
    ]);
  });

  it('one that was registered and not current in the backup is given up: it may have become so since', async () => {
    // As a backup that was taken between the two steps of a rotation.
    await transport();
    await kit.owner.query(`UPDATE hsm_keys SET state = 'accepted', expires_at = NULL
      WHERE kind = 'pin-transport' AND state = 'current'`);
    await kit.owner.query(
      `UPDATE hsm_keys SET state = 'current' WHERE kind = 'pin-transport' AND generation = 3`,
    );
    const words = await transport();
    expect(words).toContain('pin-transport-4 was never used, as far as is known, and is retired');
    expect([await stateOf('pin-transport-4'), await stateOf('pin-transport-5')]).toEqual([
      'retired',
      'current',
    ]);
  });

  it.each(['otp', 'audit-signing'])(
    'a %s key that only the token knows is not adopted either',
    async (kind) => {
      const restore = await backup();
      await rotate(kind);
      await restore();
      expect(await rotate(kind)).toContain(`${kind}-3 is current`);
      expect(await stateOf(`${kind}-2`)).toBeUndefined();
    },
  );

  it('no transport key is prepared, since envelopes might be under it already', async () => {
    const { code, stderr } = await run('rotate', 'pin-transport', '--prepare');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it cannot be prepared'),
    });
  });

  it('a retired key never comes back', async () => {
    await kit.passEnd('pin-transport', 3);
    await done('retire', 'pin-transport-3');
    const [key] = (await readRegisteredKeys(kit.owner)).filter(
      (known) => keyLabel(known) === 'pin-transport-3',
    );
    if (key === undefined) throw new Error('it is registered');
    await expect(registerKeys(kit.owner, [{ ...key, state: 'accepted' }])).rejects.toThrow(
      'never used again',
    );
  });
});

describe('pinctl keys orphans', () => {
  it('lists what only the token knows, removes it, and says so in the audit trail and a record', async () => {
    const before = JSON.stringify(await found());
    expect(before).toContain('"label":"otp-2","difference":"orphan"');
    expect(await done('orphans', '--remove', 'otp-2')).toContain('otp-2 is destroyed');
    expect(JSON.stringify(await found())).not.toContain('otp-2');
    const [line] = await kit.owner.query<{ result: string }[]>(
      `SELECT result FROM audit_events WHERE action = 'key.destroy' AND details LIKE '%otp-2%'`,
    );
    expect(line?.result).toBe('orphan');
  });

  it('destroys retired keys on request, and refuses what is in use or is not there', async () => {
    expect(JSON.stringify(await found())).toContain('"label":"pin-transport-4","difference":"retired"');
    await done('retire', 'pin-transport-4', '--destroy');
    expect(JSON.stringify(await found())).not.toContain('pin-transport-4');
    const used = await run('orphans', '--remove', 'otp-3');
    expect(used).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('otp-3 is current: it is no orphan'),
    });
    const none = await run('orphans', '--remove', 'otp-9');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('the token holds no otp-9') });
  });

  it('names a key that is registered and not on the token', async () => {
    await kit.owner.query(`INSERT INTO hsm_keys (kind, generation, state, fingerprint)
      VALUES ('otp', 7, 'accepted', sha256('lost'))`);
    expect(JSON.stringify(await found())).toContain('"label":"otp-7","difference":"missing"');
    await kit.owner.query(`DELETE FROM hsm_keys WHERE generation = 7`);
  });

  it('a TRUSTED key that the database does not know stops the ceremony, and is known as retired afterwards', async () => {
    const restore = await backup();
    await rotate('pin-wrapping');
    await restore();
    const refused = await run('rotate', 'otp');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the token holds "pin-wrapping-2", TRUSTED and not registered'),
    });
    expect(await done('orphans', '--remove', 'pin-wrapping-2')).toContain('registered as retired');
    expect(await stateOf('pin-wrapping-2')).toBe('retired');
    expect(await rotate('otp')).toContain('is current');
    expect(await rotate('pin-wrapping')).toContain('pin-wrapping-3 is current');
  });

  it('an announced wrapping key is recognised, whether the token has it or not', async () => {
    const withoutToken = { PKCS11_TOKEN_PIN: undefined };
    records += 1;
    const args = [
      'keys',
      'rotate',
      'pin-wrapping',
      '--role',
      'officer',
      '--yes',
      '--record',
      kit.file(`r-${records}`),
    ];
    expect(await kit.run(args, withoutToken)).toMatchObject({ code: 0 });
    expect(JSON.stringify(await found())).toContain('"label":"pin-wrapping-4","difference":"announced"');
    expect(await rotate('pin-wrapping')).toContain('pin-wrapping-4 is current');
    // A token that was restored from before: announced in the database alone.
    await kit.owner.query(`INSERT INTO hsm_keys (kind, generation, state, fingerprint)
      VALUES ('pin-wrapping', 5, 'announced', '\\x${'00'.repeat(32)}')`);
    const words = await rotate('pin-wrapping');
    expect(words).toContain('made pin-wrapping-5');
    expect(words).toContain('pin-wrapping-5 is current');
  });
});
