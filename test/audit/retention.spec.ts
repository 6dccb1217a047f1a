import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuditTree, expireMonth, inclusionProof, rootOfInclusion, verifyCards } from '#libs/audit';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';

const ACTOR = {
  tenantId: '*',
  clientId: 'pinctl',
  subject: 'an officer',
  sourceAddress: 'local',
  requestId: 'expire',
};
const MONTH = '2024-03';
const now = new Date('2026-06-15T00:00:00Z');

let trail: TrailUnderTest;
let idle: string;
beforeEach(async () => {
  trail = await openTrail();
  const { owner, store } = trail.rig;
  idle = await newCardWithPin(store);
  await owner.query(
    `SELECT pinward_make_partition('audit_events', 'audit_events_202403', 'FROM (''2024-03-01 00:00:00+00'') TO (''2024-04-01 00:00:00+00'')')`,
  );
  // Everything so far happened in that month.
  await owner.query(
    "UPDATE audit_events SET occurred_at = '2024-03-10T00:00:00Z'::timestamptz + audit_id * interval '1 second'",
  );
  await trail.keeper().execute();
  await evaluate(store, await newCardWithPin(store), 'matched');
  await trail.keeper().execute();
});
afterEach(() => trail[Symbol.asyncDispose]());

const expire = async (month = MONTH, at = now) =>
  await expireMonth(trail.rig.owner, { month, actor: ACTOR, now: at });

describe('a month that has been kept long enough', () => {
  it('goes, and the trail, its proofs and the idle cards still hold', async () => {
    expect(await expire()).toMatchObject({
      outcome: 'expired',
      record: { month: MONTH, lines: 2, firstLeaf: 0 },
      baselines: 1,
    });
    const left = await trail.rig.owner.query<unknown[]>('SELECT FROM audit_events WHERE occurred_at < $1', [
      new Date('2025-01-01'),
    ]);
    expect(left).toEqual([]);
    await trail.keeper().execute();
    expect((await trail.verify()).findings).toEqual([]);
    expect((await verifyCards(trail.rig.owner)).findings).toEqual([]);
    const tree = new AuditTree(trail.rig.owner.manager);
    const size = await tree.size();
    const leaf = {
      leafHash: await tree.range(0, 1),
      index: 0,
      size,
      proof: await inclusionProof(tree.range, 0, size),
    };
    expect(rootOfInclusion(leaf)).toEqual(await tree.range(0, size));
    await trail.rig.owner.query(`UPDATE cards SET tries_spent = 1 WHERE card_id = '${idle}'`);
    expect((await verifyCards(trail.rig.owner)).findings).toMatchObject([
      { kind: 'state-differs', cardId: idle },
    ]);
  });

  it('hides no line that was deleted beside it', async () => {
    const [row] = await trail.rig.owner.query<{ id: string }[]>(
      'SELECT audit_id::text AS id FROM audit_leaves WHERE leaf_no = 3',
    );
    await expire();
    await trail.rig.owner.query(`UPDATE audit_leaves SET occurred_at = '2024-03-20' WHERE leaf_no = 3`);
    await trail.rig.owner.query(`DELETE FROM audit_events WHERE audit_id = ${row?.id}`);
    await trail.keeper().execute();
    expect((await trail.verify()).findings).toMatchObject([{ kind: 'deleted' }]);
  });
});

describe('a month that stays', () => {
  it('is younger than twelve months, not there, or not all sealed', async () => {
    expect(await expire(MONTH, new Date('2025-03-31T00:00:00Z'))).toEqual({ outcome: 'too-young' });
    expect(await expire('2024-02')).toEqual({ outcome: 'not-there' });
    await trail.rig.owner.query(
      `INSERT INTO audit_events (tenant_id, occurred_at, client_id, subject, request_id, action, phase)
       VALUES ('*', '2024-03-31', 'x', 'x', 'x', 'x', 'outcome')`,
    );
    expect(await expire()).toEqual({ outcome: 'not-sealed' });
  });

  it('belongs to a card whose row is not what it says', async () => {
    await trail.rig.owner.query(`UPDATE cards SET tries_spent = 1 WHERE card_id = '${idle}'`);
    expect(await expire()).toEqual({ outcome: 'cards-differ' });
  });

  it('cannot be dropped by the service', async () => {
    await expect(
      expireMonth(trail.rig.dataSource, { month: MONTH, actor: ACTOR, now }),
    ).rejects.toMatchObject({
      code: '42501',
    });
  });
});
