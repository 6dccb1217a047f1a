import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifierKeys, Witness } from '#libs/audit';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, ORIGIN, type TrailUnderTest } from './audit-kit.js';
import { WitnessServer } from './witness-server.js';

let trail: TrailUnderTest;
let server: WitnessServer;
beforeEach(async () => {
  trail = await openTrail();
  server = await WitnessServer.open(ORIGIN, verifierKeys(trail.hsm, ORIGIN));
  await newCardWithPin(trail.rig.store);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await trail[Symbol.asyncDispose]();
});

const witness = () => new Witness(server.url, server.ca);
const something = async () =>
  await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');

describe('a witness', () => {
  it('gets each checkpoint, and finds that each continues the one before', async () => {
    const keeper = trail.keeper(witness());
    for (let round = 1; round <= 4; round += 1) {
      await something();
      await keeper.execute();
      expect(keeper.trouble).toBeNull();
      expect(server.head.size).toBe(2 + 4 * round);
    }
  });

  it('is found again by a process that does not know what it has seen', async () => {
    await trail.keeper(witness()).execute();
    await something();
    const restarted = trail.keeper(witness());
    await restarted.execute();
    expect([restarted.trouble, server.head.size]).toEqual([null, 6]);
  });

  it('that is away holds up nothing', async () => {
    const keeper = trail.keeper(witness());
    server.down = true;
    await expect(keeper.execute()).rejects.toThrow(/503/);
    expect(keeper.trouble).toBeNull();
    expect(keeper.witnessAgeSeconds).toBe(Infinity);
    server.down = false;
    await keeper.execute();
    expect(server.head.size).toBe(2);
    expect(keeper.witnessAgeSeconds).toBeLessThan(Infinity);
    expect(trail.keeper().witnessAgeSeconds).toBe(0);
  });

  it('that has seen more suspends the service until it agrees again', async () => {
    const keeper = trail.keeper(witness());
    await keeper.execute();
    const { head } = server;
    server.head = { size: 50, root: head.root };
    await something();
    await keeper.execute();
    expect(keeper.trouble).toMatch(/the witness has seen 50 lines of the audit trail, the database holds 6/);
    server.head = head;
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
  });

  it('that is all there is to compare with is asked before anything is served', async () => {
    await trail.keeper(witness(), null).execute();
    const begin = async () => {
      const keeper = trail.keeper(witness(), null);
      await keeper.begin();
      return keeper;
    };
    expect((await begin()).trouble).toBeNull();
    server.down = true;
    const early = trail.keeper(witness(), null);
    await expect(early.begin()).rejects.toThrow(/503/);
    expect(early.trouble).toMatch(/has not answered since the start/);
    server.down = false;
    await early.execute();
    expect(early.trouble).toBeNull();
    server.head = { ...server.head, size: 50 };
    expect((await begin()).trouble).toMatch(/has seen 50 lines/);
  });

  it('that has seen another trail suspends the service', async () => {
    const keeper = trail.keeper(witness());
    await keeper.execute();
    server.head = { size: server.head.size, root: Buffer.alloc(32) };
    await something();
    await keeper.execute();
    expect(keeper.trouble).toMatch(/the witness refuses/);
    // Nothing more is sealed on it.
    const { size } = await trail.verify();
    await something();
    await keeper.execute();
    expect((await trail.verify()).size).toBe(size);
  });
});
