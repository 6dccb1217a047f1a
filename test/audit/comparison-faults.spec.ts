import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KeepCheckpoints } from '#libs/audit';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';

let trail: TrailUnderTest;
let keeper: KeepCheckpoints;
beforeEach(async () => {
  trail = await openTrail();
  keeper = trail.keeper();
  await newCardWithPin(trail.rig.store);
  await keeper.execute();
});
afterEach(() => trail[Symbol.asyncDispose]());

const owner = async (statement: string) => await trail.rig.owner.query<unknown>(statement);
/** A fault of asking; what is stored stays as it is. */
const takeAway = async (table: string) => await owner(`REVOKE SELECT ON ${table} FROM pinward_service`);
const giveBack = async (table: string) => await owner(`GRANT SELECT ON ${table} TO pinward_service`);

describe('a database that cannot be asked', () => {
  it.each(['audit_leaves', 'audit_sealing'])('is no verdict on the trail: %s', async (table) => {
    await takeAway(table);
    await expect(keeper.compare()).rejects.toThrow(/permission denied/);
    expect([keeper.trouble, keeper.compared]).toEqual([null, false]);
    await expect(keeper.execute()).rejects.toThrow(/permission denied/);
    expect(keeper.trouble).toBeNull();
    await giveBack(table);
    await keeper.execute();
    expect([keeper.trouble, keeper.compared]).toEqual([null, true]);
  });

  it('leaves a verdict that was reached', async () => {
    await owner('UPDATE audit_sealing SET tree_size = 1');
    expect(await keeper.compare()).toMatch(/an older backup was restored/);
    await takeAway('audit_sealing');
    await expect(keeper.compare()).rejects.toThrow(/permission denied/);
    expect(keeper.trouble).toMatch(/an older backup was restored/);
    await giveBack('audit_sealing');
  });

  it('keeps a process that has just started from serving until it has been asked', async () => {
    await takeAway('audit_leaves');
    const started = trail.keeper();
    await expect(started.begin()).rejects.toThrow(/permission denied/);
    expect(started.trouble).toMatch(/could not be compared/);
    await giveBack('audit_leaves');
    await started.execute();
    expect(started.trouble).toBeNull();
  });
});

describe('leaves that are not there, or others', () => {
  it.each([
    ['missing', 'DELETE FROM audit_leaves WHERE leaf_no = 1'],
    ['different', "UPDATE audit_leaves SET hash = sha256('another line') WHERE leaf_no = 1"],
  ])('are a fork: %s', async (_, statement) => {
    await owner(statement);
    expect(await keeper.compare()).toMatch(/are not those of the kept checkpoint/);
    await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');
    await keeper.execute();
    expect(keeper.trouble).toMatch(/are not those of the kept checkpoint/);
  });
});
