import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink, StreamTrail, verifyCards } from '#libs/audit';
import { registerKeys } from '#libs/keys';
import { openTrail, ORIGIN, type TrailUnderTest } from '../audit/audit-kit.js';
import { Backup } from '../audit/backup-kit.js';
import { cardRow } from '../store/look.js';
import { evaluate, newCard, newCardWithPin } from '../store/store-kit.js';
import { pinctl } from './run-pinctl.js';

let trail: TrailUnderTest;
let stream: string;
let cardId: string;
beforeEach(async () => {
  trail = await openTrail();
  stream = join(dirname(trail.path), 'stream.jsonl');
  cardId = await newCardWithPin(trail.rig.store);
  await trail.keeper().execute();
});
afterEach(() => trail[Symbol.asyncDispose]());

const run = async (args: string, input = '') =>
  await pinctl(
    args.split(' '),
    {
      DATABASE_URL: trail.rig.database.serviceUrl,
      MIGRATION_DATABASE_URL: trail.rig.database.ownerUrl,
      PINWARD_ENV: 'test',
      AUDIT_ORIGIN: ORIGIN,
      AUDIT_CHECKPOINT_FILE: trail.path,
    },
    input,
  );
const send = async () =>
  await new StreamTrail({
    dataSource: trail.rig.dataSource,
    sink: new FileSink(stream),
    now: Date.now,
  }).execute();

/** An older database, with a stream of what it lacks; and of what came last, where nothing is lost on the way. */
async function failOver({ streamed = true } = {}): Promise<{ readonly forgotten: string }> {
  const backup = await Backup.take(trail);
  await evaluate(trail.rig.store, cardId, 'not-matched');
  const forgotten = await newCard(trail.rig.store);
  await trail.keeper().execute();
  await send();
  if (!streamed) {
    await evaluate(trail.rig.store, cardId, 'not-matched');
    await trail.keeper().execute();
  }
  await backup.restore();
  return { forgotten };
}

/** As pinctl keys rotate and retire leave it. */
async function replaceTransportKey(): Promise<void> {
  const key = (generation: number, state: 'current' | 'retired', fingerprint: Buffer) => ({
    kind: 'pin-transport' as const,
    generation,
    state,
    fingerprint,
    expiresAt: null,
  });
  const known = await trail.rig.owner.query<{ generation: number; fingerprint: Buffer }[]>(
    "SELECT generation, fingerprint::bytea FROM hsm_keys WHERE kind = 'pin-transport'",
  );
  await registerKeys(trail.rig.owner, [
    ...known.map(({ generation, fingerprint }) => key(generation, 'retired', fingerprint)),
    key(9, 'current', Buffer.alloc(32, 9)),
  ]);
}

describe('pinctl restore', () => {
  it('finds nothing to do where nothing was lost', async () => {
    const { code, stdout } = await run('restore --dry-run');
    expect([code, stdout]).toEqual([0, expect.stringContaining('It is the one of the kept checkpoint.')]);
    expect(stdout).toContain('there is nothing to put back');
  });

  it('tells each step in its order, and changes nothing in a dry run', async () => {
    const { forgotten } = await failOver();
    const before = await trail.rig.owner.query<unknown[]>('SELECT * FROM cards ORDER BY card_id');
    const dry = await run(`restore --dry-run --stream ${stream}`);
    expect(dry.code).toBe(1);
    expect(dry.stderr).toMatch(
      /keys rotate pin-transport; .*retire pin-transport-1 --now; .*pin-transport-2/,
    );
    const steps = [...dry.stdout.matchAll(/^(\d)\. (.*)$/gm)].map(([, number, title]) => [number, title]);
    expect(steps).toEqual([
      ['1', 'The kept checkpoint'],
      ['2', 'PIN envelopes that were captured'],
      ['3', 'What would be put back'],
      ['4', 'The trail and the cards'],
      ['5', 'The stream'],
    ]);
    expect(dry.stdout).toContain('The kept checkpoint has 5: 3 events are missing.');
    expect(dry.stdout).toContain('3 events restored, 1 cards corrected.');
    expect(dry.stdout).toContain(`card ${forgotten}`);
    expect(await trail.rig.owner.query<unknown[]>('SELECT * FROM cards ORDER BY card_id')).toEqual(before);
    expect(await trail.keeper().compare()).toMatch(/an older backup/);
  });

  it('goes not one step further while captured envelopes would be taken, and through it when it may', async () => {
    await failOver();
    const early = await run(`restore --yes --stream ${stream}`);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('captured since the backup') });
    expect(early.stdout).not.toContain('put back');
    await replaceTransportKey();
    const done = await run(`restore --stream ${stream}`, 'restore\n');
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('The service serves again')]);
    expect(done.stdout).toContain('pin-transport-9 is current, made since the restore.');
    expect(done.stdout).toMatch(/1 cards, 1 known to be lost, 0 findings/);
    const keeper = trail.keeper();
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect(await cardRow(trail.rig.owner, cardId)).toMatchObject({ triesSpent: 1, pinStatus: 'active' });
    expect((await verifyCards(trail.rig.owner)).findings).toEqual([]);
  });

  it('says what is missing where the stream ends early, and takes it for lost only when told so', async () => {
    await failOver({ streamed: false });
    await replaceTransportKey();
    const refused = await run(`restore --yes --stream ${stream}`);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/ends at 5 events, the kept checkpoint at 7: .* add --events-lost/),
    });
    const done = await run(`restore --yes --stream ${stream} --events-lost`);
    expect([done.code, done.stdout]).toEqual([
      0,
      expect.stringContaining('secrets, keys and certificates of all clients'),
    ]);
    expect(await cardRow(trail.rig.owner, cardId)).toMatchObject({ triesSpent: 1, pinStatus: 'locked' });
    const keeper = trail.keeper();
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
  });

  it('asks for a word where no checkpoint is kept, and stops where the beginning was changed', async () => {
    await failOver();
    await replaceTransportKey();
    const note = await trail.file.read();
    rmSync(trail.path);
    const unkept = await run(`restore --yes --stream ${stream}`);
    expect(unkept.stdout).toContain('No checkpoint is kept: nobody can tell what is missing.');
    expect(unkept.stderr).toContain('no checkpoint is kept, so nobody can tell');
    await trail.file.write(note ?? '');
    await trail.rig.owner.query("UPDATE audit_leaves SET hash = sha256('another') WHERE leaf_no = 0");
    await trail.rig.owner.query('UPDATE audit_sealing SET tree_size = 9');
    const forked = await run(`restore --yes --stream ${stream}`);
    expect(forked).toMatchObject({ code: 1, stderr: expect.stringContaining('investigate') });
    expect(forked.stdout).not.toMatch(/^2\./m);
  });
});
