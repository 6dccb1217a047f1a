import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AuditTree,
  consistencyProof,
  inclusionProof,
  isConsistent,
  leafHash,
  openNote,
  rootOfInclusion,
  SealTrail,
  searchTrail,
  verifierKeys,
  type StoredHead,
} from '#libs/audit';
import { appendAudit } from '#libs/requests';
import { contextOf, evaluate, newCardWithPin, TENANT } from '../store/store-kit.js';
import { openTrail, ORIGIN, type TrailUnderTest } from './audit-kit.js';

let trail: TrailUnderTest;
beforeAll(async () => {
  trail = await openTrail();
});
afterAll(() => trail[Symbol.asyncDispose]());

async function seal(): Promise<StoredHead> {
  const head = await trail.seal.execute();
  if (head === null) throw new Error('nothing was sealed');
  return head;
}

async function append(count: number, subject = 'someone'): Promise<void> {
  const effect = { action: 'test.line', result: 'done', cardId: null, eventNo: null };
  const line = { ...contextOf(), ...effect, subject };
  await appendAudit(
    trail.rig.dataSource.manager,
    Array.from({ length: count }, () => line),
  );
}

describe('sealing', () => {
  it('gives every line its place, and signs the head', async () => {
    for (let cards = 0; cards < 3; cards += 1)
      await evaluate(trail.rig.store, await newCardWithPin(trail.rig.store), 'matched');
    await append(200);
    const head = await seal();
    const [{ lines } = { lines: -1 }] = await trail.rig.owner.query<{ lines: number }[]>(
      'SELECT count(*)::int AS lines FROM audit_events',
    );
    expect(head.size).toBe(lines);
    const checkpoint = openNote(head.note, ORIGIN, verifierKeys(trail.hsm, ORIGIN));
    expect(checkpoint).toEqual({ origin: ORIGIN, size: lines, root: head.root });
    expect(await trail.verify()).toMatchObject({ size: lines, heads: 1, findings: [] });
  });

  it('signs nothing new when there is nothing new', async () => {
    const first = await seal();
    expect(await seal()).toEqual(first);
  });

  it('never skips a line whose transaction was open when later ones were sealed', async () => {
    const slow = trail.rig.dataSource.createQueryRunner();
    await slow.connect();
    await slow.startTransaction();
    const effect = { action: 'test.slow', result: 'done', cardId: null, eventNo: null };
    await appendAudit(slow.manager, [{ ...contextOf(), ...effect }]);
    await append(3);
    const before = await seal();
    await append(3);
    await seal();
    await slow.commitTransaction();
    await slow.release();
    await append(1);
    expect((await seal()).size).toBe(before.size + 3 + 2);
    expect((await trail.verify()).findings).toEqual([]);
  });

  it('takes lines that were rolled back for nothing', async () => {
    const before = await seal();
    const runner = trail.rig.dataSource.createQueryRunner();
    await runner.startTransaction();
    await appendAudit(runner.manager, [
      { ...contextOf(), action: 'test.undone', result: 'done', cardId: null, eventNo: null },
    ]);
    await runner.rollbackTransaction();
    await runner.release();
    expect(await seal()).toEqual(before);
  });

  it('hashes odd text as a reader of the line will', async () => {
    const odd = ['"\\/', '\b\f\n\r\t\u0001\u001f\u007f', 'Zoë \u{1f511} \u2028\u2029', '</script>'];
    for (const subject of odd) await append(1, subject);
    await seal();
    expect((await trail.verify()).findings).toEqual([]);
  });

  it('is shared by processes: each line once, however many seal', async () => {
    const parts = { dataSource: trail.rig.dataSource, hsm: trail.hsm, origin: ORIGIN };
    const sealers = Array.from({ length: 4 }, () => new SealTrail(parts));
    const writing = (async () => {
      for (let round = 0; round < 20; round += 1) await append(10);
    })();
    for (let round = 0; round < 10; round += 1) await Promise.all(sealers.map((sealer) => sealer.execute()));
    await writing;
    await seal();
    const report = await trail.verify();
    expect(report.findings).toEqual([]);
    expect(report.size).toBe(await new AuditTree(trail.rig.owner.manager).size());
  });
});

describe('proofs from the stored tree', () => {
  it('hold for every kind of size, past the subtrees that are kept', async () => {
    const older = await seal();
    await append(1_200);
    const head = await seal();
    const [{ kept } = { kept: -1 }] = await trail.rig.owner.query<{ kept: number }[]>(
      'SELECT max(level)::int AS kept FROM audit_subtrees',
    );
    expect(kept).toBeGreaterThanOrEqual(10);
    const tree = new AuditTree(trail.rig.owner.manager);
    const proof = await consistencyProof(tree.range, older.size, head.size);
    expect(isConsistent(older, head, proof)).toBe(true);
    const search = { tenantId: TENANT, filter: {}, cursor: 0, limit: 2_000 };
    const { lines } = await searchTrail(trail.rig.dataSource.manager, search);
    for (const index of [0, 1, 255, 256, 700, lines.length - 1]) {
      const line = lines[index];
      if (line === undefined) throw new Error('no such line');
      const claim = { leafHash: leafHash(line.entry), index: line.leaf, size: head.size };
      const path = await inclusionProof(tree.range, line.leaf, head.size);
      expect(rootOfInclusion({ ...claim, proof: path })).toEqual(head.root);
    }
  });
});
