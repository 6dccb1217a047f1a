import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyCards } from '#libs/audit';
import { cardRow } from '../store/look.js';
import {
  contextOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  newOtp,
  newVerifier,
  spendOf,
} from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';
import { Backup, exported, reconcile as reconcileIn } from './backup-kit.js';

let trail: TrailUnderTest;
beforeEach(async () => {
  trail = await openTrail();
});
afterEach(() => trail[Symbol.asyncDispose]());

let backup: Backup;
const backUp = async () => (backup = await Backup.take(trail));
const restore = () => backup.restore();
const reconcile = (lines: readonly string[] | null) => reconcileIn(trail, lines);

describe('an older backup', () => {
  it('is seen, and with an export nothing that was tried is forgotten', async () => {
    const { store, owner } = trail.rig;
    const keeper = trail.keeper();
    const [tried, locked, changed, untouched, flying, closed] = [
      await newCardWithPin(store),
      await newCardWithPin(store),
      await newCardWithPin(store),
      await newCardWithPin(store),
      await newCardWithPin(store),
      await newCardWithPin(store),
    ];
    await evaluate(store, tried, 'not-matched');
    await keeper.execute();
    await backUp();
    await evaluate(store, tried, 'not-matched');
    await lockCard(store, locked);
    const otpId = await newOtp(owner, changed);
    await evaluate(store, changed, 'matched', {
      operation: 'change',
      effect: { kind: 'changed', verifier: newVerifier() },
      otpId,
    });
    await store.spend(spendOf(flying));
    await store.close({ context: contextOf(), cardId: closed });
    const later = await newCard(store);
    await keeper.execute();
    const lines = await exported(trail);
    await restore();

    expect(await keeper.compare()).toMatch(/an older backup was restored/);
    // Nothing is sealed on top of it, whatever is written meanwhile.
    await evaluate(store, untouched, 'matched');
    await keeper.execute();
    expect(keeper.trouble).not.toBeNull();

    expect(await reconcile(lines)).toMatchObject({
      cardsCorrected: 5,
      checkpoint: null,
      cardsForgotten: [{ cardId: later }],
    });
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect(await cardRow(owner, tried)).toMatchObject({ triesSpent: 2, pinStatus: 'active' });
    expect(await cardRow(owner, locked)).toMatchObject({ triesSpent: 3, pinStatus: 'locked' });
    expect(await cardRow(owner, changed)).toMatchObject({
      pinStatus: 'locked',
      failuresWithoutSuccess: 1_000,
    });
    expect(await cardRow(owner, untouched)).toMatchObject({ triesSpent: 0, pinStatus: 'active' });
    expect(await cardRow(owner, flying)).toMatchObject({ triesSpent: 1, evaluationId: null });
    expect(await cardRow(owner, closed)).toMatchObject({ pinStatus: 'closed', verifier: null });
    expect((await trail.verify()).findings).toEqual([]);
    expect(await verifyCards(owner)).toMatchObject({ findings: [], lostCards: 1 });
    // The service goes on: new lines find free ids and places.
    await evaluate(store, tried, 'matched');
    await keeper.execute();
    expect((await trail.verify()).findings).toEqual([]);
  });

  it('counts the higher of both: what was tried on it before it was seen counts too', async () => {
    const { store, owner } = trail.rig;
    const keeper = trail.keeper();
    const cardId = await newCardWithPin(store);
    await keeper.execute();
    await backUp();
    await evaluate(store, cardId, 'not-matched');
    await keeper.execute();
    const lines = await exported(trail);
    await restore();
    await evaluate(store, cardId, 'not-matched');
    await evaluate(store, cardId, 'not-matched');
    await reconcile(lines);
    expect(await cardRow(owner, cardId)).toMatchObject({ triesSpent: 2 });
    // Two histories of one card stand in the trail now, and the line that made one of them.
    await evaluate(store, cardId, 'matched');
    await keeper.execute();
    expect((await trail.verify()).findings).toEqual([]);
    expect((await verifyCards(owner)).findings).toEqual([]);
    await owner.query('UPDATE cards SET tries_spent = 1');
    expect((await verifyCards(owner)).findings).toMatchObject([{ kind: 'state-differs' }]);
  });

  it('locks every card with a PIN when the lost lines are lost for good', async () => {
    const { store, owner } = trail.rig;
    const keeper = trail.keeper();
    const [withPin, without] = [await newCardWithPin(store), await newCard(store)];
    await keeper.execute();
    await backUp();
    await evaluate(store, withPin, 'not-matched');
    await keeper.execute();
    await restore();
    expect(await keeper.compare()).not.toBeNull();
    const { checkpoint, cardsCorrected } = await reconcile(null);
    expect(cardsCorrected).toBe(1);
    await trail.file.write(checkpoint ?? '');
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect(await cardRow(owner, withPin)).toMatchObject({ pinStatus: 'locked' });
    expect(await cardRow(owner, without)).toMatchObject({ pinStatus: 'unset' });
    expect((await trail.verify()).findings).toEqual([]);
    expect((await verifyCards(owner)).findings).toEqual([]);
  });

  it('takes no export that leads elsewhere, and changes nothing then', async () => {
    const { store } = trail.rig;
    const keeper = trail.keeper();
    const cardId = await newCardWithPin(store);
    await keeper.execute();
    await backUp();
    await evaluate(store, cardId, 'not-matched');
    await evaluate(store, cardId, 'not-matched');
    await keeper.execute();
    const lines = await exported(trail);
    await restore();
    const forged = lines.map((line) => line.replace('not-matched', 'matched'));
    await expect(reconcile(forged)).rejects.toThrow(/do not lead to the kept checkpoint/);
    await expect(reconcile(lines.slice(0, -1))).rejects.toThrow(/ends before leaf/);
    await expect(reconcile(lines.filter((_, index) => index !== 3))).rejects.toThrow(/no line for leaf 3/);
    await expect(reconcile(['{}'])).rejects.toThrow(/no line of an export/);
    expect(await cardRow(trail.rig.owner, cardId)).toMatchObject({ triesSpent: 0 });
    expect(await keeper.compare()).not.toBeNull();
  });

  it('that was never restored is left alone: no card is locked for a fault that has passed', async () => {
    const { store, owner } = trail.rig;
    const keeper = trail.keeper();
    const cardId = await newCardWithPin(store);
    await keeper.execute();
    await expect(reconcile(null)).rejects.toThrow(/nothing to reconcile/);
    await expect(reconcile([])).rejects.toThrow(/nothing to reconcile/);
    expect(await cardRow(owner, cardId)).toMatchObject({ pinStatus: 'active' });
  });

  it('is adopted from another cluster, where transaction ids begin anew', async () => {
    const { store, owner } = trail.rig;
    const keeper = trail.keeper();
    const cardId = await newCardWithPin(store);
    await keeper.execute();
    await owner.query("UPDATE audit_sealing SET cluster = 1, snapshot = '900000000:900000000:'");
    await owner.query("UPDATE audit_events SET xid = '800000000'");
    await evaluate(store, cardId, 'matched');
    expect(await keeper.compare()).toMatch(/another cluster/);
    await duringOthers(owner, () => reconcile([]));
    await evaluate(store, cardId, 'matched');
    await keeper.execute();
    expect(keeper.trouble).toBeNull();
    expect((await trail.verify()).findings).toEqual([]);
    expect((await verifyCards(owner)).findings).toEqual([]);
  });
});

/** While transactions of other databases in the cluster, which share its ids, begin and end. */
async function duringOthers(owner: DataSource, work: () => Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const others = async () => {
    while (!over.signal.aborted) await owner.query('SELECT pg_current_xact_id()');
  };
  const running = others();
  try {
    await work();
  } finally {
    over.abort();
    await running;
  }
}
