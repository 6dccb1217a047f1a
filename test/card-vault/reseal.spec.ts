import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  CardData,
  CardVault,
  ResealCardData,
  type CardIdentity,
  type SealedCardData,
} from '#libs/card-vault';
import { CardDataEntity } from '#libs/database';
import { openPinHsm, type PinHsm, type RegisteredKey } from '#libs/hsm';
import { registerKeys } from '#libs/keys';
import { shimmedSettings } from '../hsm/shimmed-hsm.js';
import { orderSoftHsmToken, STANDARD_KEYS } from '../rigs/ordered-token.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { randomPan } from '../support/random-pan.js';
import type { TestToken } from '../rigs/token.js';

const CURRENT = { seal: 2, fingerprint: 2 };
let token: TestToken;
let database: TestDatabase;
let owner: DataSource;
let before: PinHsm;
let after: PinHsm;

beforeAll(async () => {
  const rotated = STANDARD_KEYS.filter(({ kind }) => kind === 'card-vault' || kind === 'lookup');
  token = await orderSoftHsmToken([...STANDARD_KEYS, ...rotated.map((key) => ({ ...key, generation: 2 }))]);
  database = await createTestDatabase();
  owner = await database.open({ url: database.ownerUrl });
  [before, after] = await Promise.all([open(1), open(2)]);
  await registerKeys(owner, registered(2));
});
afterEach(async () => await owner.query('DELETE FROM card_data'));
afterAll(async () => {
  await Promise.all([before.close(), after.close()]);
  await token.remove();
  await database[Symbol.asyncDispose]();
});

/** The HSM before and after both keys were rotated. */
async function open(current: 1 | 2): Promise<PinHsm> {
  const keys = registered(current);
  const settings = { ...shimmedSettings(token), module: token.module, environment: token.environment };
  return await openPinHsm({ ...settings, queueCapacity: 64, registeredKeys: async () => keys });
}

function registered(current: 1 | 2): readonly RegisteredKey[] {
  const both = token.registeredKeys.some(({ generation }) => generation === 2);
  if (!both) throw new Error('there is no second generation');
  const isRotated = ({ kind }: RegisteredKey) => kind === 'card-vault' || kind === 'lookup';
  return token.registeredKeys.map((key): RegisteredKey =>
    isRotated(key) ? { ...key, state: key.generation === current ? 'current' : 'accepted' } : key,
  );
}

async function store(count: number): Promise<ReadonlyMap<string, string>> {
  const vault = new CardVault(before, owner);
  const pans = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const card = { tenantId: 'default', cardId: randomUUID() };
    const data = new CardData(randomPan(), index % 2 === 0 ? '12/29' : null, 'ANNA');
    await owner.manager.insert(CardDataEntity, { ...card, ...(await vault.seal(card, data)) });
    pans.set(card.cardId, data.pan);
  }
  return pans;
}

const job = (vault = new CardVault(after, owner)) => new ResealCardData(vault, owner, CURRENT);
const generations = async () =>
  await owner.query<{ seal_generation: number; fingerprint_generation: number; n: number }[]>(
    `SELECT seal_generation, fingerprint_generation, count(*)::int AS n FROM card_data GROUP BY 1, 2 ORDER BY 1, 2`,
  );

it('moves every card to the current keys, interrupted and taken up again, and all open as before', async () => {
  const pans = await store(30);
  expect(await job().remaining()).toBe(30);
  let told = 0;
  const interrupted = job().execute(({ done }) => {
    told = done;
    if (done >= 8) throw new Error('killed');
  });
  await expect(interrupted).rejects.toThrow('killed');
  expect(await job().remaining()).toBe(30 - told);
  expect(await job().execute(() => undefined)).toEqual({ done: 30 - told, broken: [], rotated: false });
  expect(await generations()).toEqual([{ seal_generation: 2, fingerprint_generation: 2, n: 30 }]);
  expect(await job().execute(() => undefined)).toEqual({ done: 0, broken: [], rotated: false });
  const vault = new CardVault(after, owner);
  for (const [cardId, pan] of pans)
    expect((await vault.open({ tenantId: 'default', cardId }))?.pan).toBe(pan);
});

it('leaves what does not open as it is, and names it', async () => {
  const [first = ''] = [...(await store(5)).keys()];
  await owner.query(
    `UPDATE card_data SET pan = set_byte(pan, 20, 255 - get_byte(pan, 20)) WHERE card_id = $1`,
    [first],
  );
  expect(await job().execute(() => undefined)).toEqual({ done: 4, broken: [first], rotated: false });
  expect(await job().remaining()).toBe(1);
});

it('moves nothing to a key that is current no more', async () => {
  await store(3);
  const state = (next: string) =>
    owner.query(`UPDATE hsm_keys SET state = $1 WHERE kind = 'lookup' AND generation = 2`, [next]);
  await state('accepted');
  expect(await job().execute(() => undefined)).toEqual({ done: 0, broken: [], rotated: true });
  expect(await job().remaining()).toBe(3);
  await state('current');
});

it('never writes over what was changed or erased while the HSM was at work', async () => {
  const [changed = '', erased = '', other = ''] = [...(await store(3)).keys()];
  const fresh = await new CardVault(after, owner).seal(
    { tenantId: 'default', cardId: changed },
    new CardData(randomPan(), null, null),
  );
  class Slow extends CardVault {
    override async seal(card: CardIdentity, data: CardData): Promise<SealedCardData> {
      const sealed = await super.seal(card, data);
      if (card.cardId === changed) await owner.manager.update(CardDataEntity, card, fresh);
      if (card.cardId === erased) await owner.manager.delete(CardDataEntity, card);
      return sealed;
    }
  }
  await job(new Slow(after, owner)).execute(() => undefined);
  const rows = await owner.manager.find(CardDataEntity);
  expect(rows.map(({ cardId }) => cardId).toSorted()).toEqual([changed, other].toSorted());
  expect(rows.find(({ cardId }) => cardId === changed)?.pan).toEqual(fresh.pan);
});
