import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOwnCluster } from '#libs/audit';
import type { RegisteredKey } from '#libs/hsm';
import { registerKeys, reserveSeals } from '#libs/keys';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';
import { Backup, exported, reconcile } from './backup-kit.js';

const VAULT = { kind: 'card-vault', generation: 1 } as const;
const HALF = 2 ** 31;

let trail: TrailUnderTest;
beforeEach(async () => {
  trail = await openTrail();
  await registerKeys(trail.rig.owner, [key('card-vault', 1, 'current'), key('secrets', 1, 'current')]);
});
afterEach(() => trail[Symbol.asyncDispose]());

function key(kind: RegisteredKey['kind'], generation: number, state: RegisteredKey['state']): RegisteredKey {
  return { kind, generation, state, fingerprint: Buffer.alloc(32, generation), expiresAt: null };
}

async function seals(): Promise<Record<string, number>> {
  const rows = await trail.rig.owner.query<{ key: string; seals: number }[]>(
    "SELECT kind || '-' || generation AS key, seals::float8 AS seals FROM hsm_key_uses ORDER BY 1",
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.seals]));
}

/** Something that the backup will have forgotten. */
async function happens(): Promise<void> {
  await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'not-matched');
}

async function restoreAfter(since: () => Promise<void>, lost = false) {
  await trail.keeper().execute();
  const backup = await Backup.take(trail);
  await happens();
  await since();
  await trail.keeper().execute();
  const lines = lost ? null : await exported(trail);
  await backup.restore();
  const result = await reconcile(trail, lines);
  await trail.rig.owner.query('DROP SCHEMA backup CASCADE');
  return result;
}

describe('how often sealing keys were used', () => {
  it('is no lower after a restore than it can have been, whatever the backup says', async () => {
    await reserveSeals(trail.rig.dataSource, VAULT, 1_000);
    const { sealingKeys } = await restoreAfter(async () => {
      await reserveSeals(trail.rig.dataSource, VAULT, 500_000_000);
      // Of this one the backup does not even know the count.
      await reserveSeals(trail.rig.dataSource, { kind: 'secrets', generation: 1 }, 70_000);
    });
    expect(sealingKeys).toEqual(['card-vault-1', 'secrets-1']);
    expect(await seals()).toEqual({ 'card-vault-1': HALF + 1_000, 'secrets-1': HALF });
    await reserveSeals(trail.rig.dataSource, VAULT, 1_000);
  });

  it('is all there is after a second restore without a rotation: the key seals nothing more', async () => {
    await reserveSeals(trail.rig.dataSource, VAULT, 1_000);
    await restoreAfter(async () => undefined);
    await restoreAfter(async () => undefined);
    expect(await seals()).toEqual({ 'card-vault-1': 2 * HALF, 'secrets-1': 2 * HALF });
    await expect(reserveSeals(trail.rig.dataSource, VAULT, 1_000)).rejects.toThrow('hsm_key_uses_seals');
    // Its successor does.
    await reserveSeals(trail.rig.dataSource, { ...VAULT, generation: 2 }, 1_000);
  });

  it('is raised where the lines are lost for good as well, and not for retired keys', async () => {
    await trail.rig.owner.query("UPDATE hsm_keys SET state = 'retired' WHERE kind = 'secrets'");
    const { sealingKeys } = await restoreAfter(async () => undefined, true);
    expect(sealingKeys).toEqual(['card-vault-1']);
  });

  it('stays where a whole database was moved and nothing is lost', async () => {
    await reserveSeals(trail.rig.dataSource, VAULT, 1_000);
    await happens();
    await trail.keeper().execute();
    const lines = await exported(trail);
    await trail.rig.owner.query('UPDATE audit_sealing SET cluster = cluster + 1');
    expect(await isOwnCluster(trail.rig.owner.manager)).toBe(false);
    expect((await reconcile(trail, lines)).sealingKeys).toEqual([]);
    expect(await seals()).toEqual({ 'card-vault-1': 1_000 });
  });
});
