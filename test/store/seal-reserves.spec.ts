import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type StoreUnderTest } from './store-kit.js';
import { reserveSeals } from '#libs/keys';

const KEY = { kind: 'card-vault', generation: 1 } as const;

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

it('counts what is sealed under a key, of all processes, up to 2^32', async () => {
  await Promise.all(Array.from({ length: 20 }, async () => await reserveSeals(rig.dataSource, KEY, 1_000)));
  const used = async () =>
    await rig.owner.query<{ seals: string }[]>(`SELECT seals FROM hsm_key_uses WHERE kind = 'card-vault'`);
  expect(await used()).toEqual([{ seals: '20000' }]);
  await rig.owner.query('UPDATE hsm_key_uses SET seals = 4294967296 - 1000');
  await reserveSeals(rig.dataSource, KEY, 1_000);
  await expect(reserveSeals(rig.dataSource, KEY, 1_000)).rejects.toThrow('hsm_key_uses_seals');
  expect(await used()).toEqual([{ seals: '4294967296' }]);
  await reserveSeals(rig.dataSource, { ...KEY, generation: 2 }, 1_000);
});
