import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointFile, KeepCheckpoints, openNote, verifierKeys, Witness } from '#libs/audit';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, ORIGIN, type TrailUnderTest } from './audit-kit.js';
import { WitnessServer } from './witness-server.js';

let trail: TrailUnderTest;
beforeEach(async () => {
  trail = await openTrail();
});
afterEach(() => trail[Symbol.asyncDispose]());

const something = async () =>
  await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');
const keptSize = async () => {
  const note = (await trail.file.read()) ?? '';
  return openNote(note, ORIGIN, verifierKeys(trail.hsm, ORIGIN)).size;
};

describe('a missing checkpoint file', () => {
  it('is no consent: a database with signed heads is not served, nothing is sealed on it', async () => {
    await something();
    await trail.keeper().execute();
    const { size } = await trail.verify();
    await rm(trail.path);
    const started = trail.keeper();
    await started.begin();
    expect(started.trouble).toMatch(/no checkpoint is kept of the 4 sealed lines/);
    await something();
    await started.execute();
    expect(started.trouble).toMatch(/pinctl audit adopt .* pinctl audit reconcile/);
    expect([(await trail.verify(null)).size, await trail.file.read()]).toEqual([size, null]);
  });

  it('is none either where the heads are gone with it', async () => {
    await something();
    await trail.keeper().execute();
    await rm(trail.path);
    await trail.rig.owner.query('DELETE FROM audit_heads');
    expect(await trail.keeper().compare()).toMatch(/no checkpoint is kept of the 4 sealed lines/);
  });

  it('is what a database has that never sealed a line: it begins with one of no lines', async () => {
    await something();
    const keeper = trail.keeper();
    await keeper.begin();
    expect([keeper.trouble, await keptSize()]).toEqual([null, 0]);
    await keeper.execute();
    expect([keeper.trouble, await keptSize()]).toEqual([null, 4]);
  });

  it('that is begun by two processes at once is the newer of both', async () => {
    await something();
    const keepers = [trail.keeper(), trail.keeper()];
    await Promise.all(keepers.map((keeper) => keeper.execute()));
    await Promise.all(keepers.map((keeper) => keeper.execute()));
    expect([await keptSize(), ...keepers.map(({ trouble }) => trouble)]).toEqual([4, null, null]);
  });

  it('is written again by a process that knows what stood in it, and compares with that', async () => {
    await something();
    const keeper = trail.keeper();
    await keeper.execute();
    await rm(trail.path);
    await something();
    await keeper.execute();
    expect([keeper.trouble, await keptSize()]).toEqual([null, 8]);
    await rm(trail.path);
    await trail.rig.owner.query('UPDATE audit_sealing SET tree_size = 1');
    expect(await keeper.compare()).toMatch(/holds 1 lines of the audit trail, the kept checkpoint 8/);
  });

  it('is one that is empty as well: that it is no checkpoint is told', async () => {
    await something();
    await trail.keeper().execute();
    await trail.file.write('');
    expect(await trail.keeper().compare()).toMatch(/cannot be used/);
  });
});

describe('a checkpoint that cannot be kept', () => {
  it('is told with its cause until it can be, and seals on meanwhile', async () => {
    const folder = join(dirname(trail.path), 'mounted');
    await mkdir(folder);
    const keeper = trail.keeper(undefined, new CheckpointFile(join(folder, 'checkpoint')));
    await something();
    await keeper.execute();
    expect(keeper.unkept).toBeNull();
    await rename(folder, `${folder}.away`);
    await something();
    await expect(keeper.execute()).rejects.toThrow(/ENOENT/);
    expect([keeper.trouble, keeper.unkept]).toEqual([null, expect.stringMatching(/cannot be used: ENOENT/)]);
    // The read before the next pass succeeds, and mends nothing.
    await keeper.compare();
    expect(keeper.unkept).toMatch(/ENOENT/);
    await rename(`${folder}.away`, folder);
    await keeper.execute();
    expect([keeper.trouble, keeper.unkept]).toEqual([null, null]);
    expect((await readdir(folder)).toSorted()).toEqual(['checkpoint', 'checkpoint.keys']);
  });

  it('keeps a database that never sealed a line from being served: the first try tells', async () => {
    const keeper = trail.keeper(
      undefined,
      new CheckpointFile(join(dirname(trail.path), 'none', 'checkpoint')),
    );
    await something();
    await expect(keeper.begin()).rejects.toThrow(/ENOENT/);
    expect([keeper.trouble, keeper.unkept]).toEqual([
      expect.stringMatching(/could not be compared/),
      expect.stringMatching(/ENOENT/),
    ]);
    expect((await trail.verify(null)).size).toBe(0);
  });
});

describe('a witness that has seen nothing', () => {
  let server: WitnessServer;
  beforeEach(async () => {
    server = await WitnessServer.open(ORIGIN, verifierKeys(trail.hsm, ORIGIN));
    await something();
  });
  afterEach(() => server[Symbol.asyncDispose]());
  const witness = () => new Witness(server.url, server.ca);

  it('is no consent either, and is not made to agree by being asked', async () => {
    await trail.keeper(witness(), null).execute();
    server.head = { size: 0, root: Buffer.alloc(0) };
    for (const again of [1, 2]) {
      const started = trail.keeper(witness(), null);
      await started.begin();
      await started.execute();
      expect([again, started.trouble]).toEqual([again, expect.stringMatching(/has seen no audit trail/)]);
    }
    expect(server.head.size).toBe(0);
  });

  it('begins where a file vouches for the trail, and vouches for it when the file is lost', async () => {
    await trail.keeper().execute();
    const keeper = trail.keeper(witness());
    await keeper.execute();
    expect([keeper.trouble, server.head.size]).toEqual([null, 4]);
    await rm(trail.path);
    const started = trail.keeper(witness());
    await started.begin();
    await started.execute();
    expect([started.trouble, await keptSize()]).toEqual([null, 4]);
  });

  it('alone, that does not answer for a minute, is a checkpoint that is not kept', async () => {
    let now = 0;
    const { dataSource } = trail.rig;
    const keeper = new KeepCheckpoints({
      dataSource,
      hsm: trail.hsm,
      origin: ORIGIN,
      file: null,
      witness: witness(),
      now: () => now,
    });
    await keeper.execute();
    server.down = true;
    for (const [at, unkept] of [
      [1_000, null],
      [60_999, null],
      [61_000, expect.stringMatching(/witness does not keep .* 503/)],
    ] as const) {
      now = at;
      await something();
      await expect(keeper.execute()).rejects.toThrow(/503/);
      expect([at, keeper.unkept]).toEqual([at, unkept]);
    }
    server.down = false;
    await keeper.execute();
    expect(keeper.unkept).toBeNull();
  });
});
