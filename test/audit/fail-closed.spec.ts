import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import {
  contextOf,
  enrolmentOf,
  lockCard,
  newCard,
  newCardWithPin,
  openStore,
  settleOf,
  spendOf,
  unlockOf,
  type StoreUnderTest,
} from '../store/store-kit.js';

let rig: StoreUnderTest;
let cards: {
  readonly withPin: string;
  readonly without: string;
  readonly locked: string;
  readonly flying: string;
};
let flying: ReturnType<typeof spendOf>;
beforeEach(async () => {
  rig = await openStore({ lockTimeoutMs: 200 });
  const [withPin, without, locked, inFlight] = [
    await newCardWithPin(rig.store),
    await newCard(rig.store),
    await newCardWithPin(rig.store),
    await newCardWithPin(rig.store),
  ];
  await lockCard(rig.store, locked);
  flying = spendOf(inFlight);
  await rig.store.spend(flying);
  cards = { withPin, without, locked, flying: inFlight };
});
afterEach(() => rig[Symbol.asyncDispose]());

/** Everything that writes a card, tried at once; none may succeed, and no row may change. */
async function nothingSucceeds(): Promise<void> {
  const tables = ['cards', 'idempotency_records', 'pin_envelopes', 'outbox_events', 'pin_history'];
  const contents = async () =>
    await Promise.all(
      tables.map((table) => rig.owner.query<unknown[]>(`SELECT * FROM ${table} t ORDER BY t::text`)),
    );
  const before = await contents();
  const { store } = rig;
  const attempts: readonly Promise<unknown>[] = [
    store.spend(spendOf(cards.withPin)),
    store.settle(settleOf(flying, 'matched')),
    store.settle(settleOf(flying, 'given-back')),
    store.set(enrolmentOf(cards.without)),
    store.unlock(unlockOf(cards.locked)),
    store.close({ context: contextOf(), cardId: cards.withPin }),
    store.register(contextOf(), 'new'),
  ];
  const outcomes = await Promise.allSettled(attempts);
  expect(outcomes.map(({ status }) => status)).toEqual(attempts.map(() => 'rejected'));
  expect(await contents()).toEqual(before);
}

describe('no audit line, no operation', () => {
  it('without the right to write one', async () => {
    await rig.owner.query('REVOKE INSERT ON audit_events FROM pinward_service');
    await nothingSucceeds();
    await rig.owner.query('GRANT INSERT ON audit_events TO pinward_service');
    expect(await rig.store.spend(spendOf(cards.withPin))).toMatchObject({ outcome: 'granted' });
  });

  it('while the table is locked', async () => {
    const locker = rig.owner.createQueryRunner();
    await locker.startTransaction();
    await locker.query('LOCK TABLE audit_events IN EXCLUSIVE MODE');
    await nothingSucceeds();
    await locker.rollbackTransaction();
    await locker.release();
    expect(await rig.store.spend(spendOf(cards.withPin))).toMatchObject({ outcome: 'granted' });
  });

  it('while its disk is full', async ({ skip }) => {
    const disk = mountSmallDisk();
    if (disk === null) return skip('SKIPPED: this user may not mount a small disk');
    const superuser = await rig.database.open({ url: rig.database.superuserUrl, poolSize: 1 });
    const space = `full_${Math.random().toString(36).slice(2)}`;
    const partition = `audit_events_${new Date().toISOString().slice(0, 7).replace('-', '')}`;
    try {
      await superuser.query(`CREATE TABLESPACE ${space} LOCATION '${disk}'`);
      await superuser.query(`ALTER TABLE ${partition} SET TABLESPACE ${space}`);
      await fill(superuser);
      await nothingSucceeds();
      await superuser.query(`ALTER TABLE ${partition} SET TABLESPACE pg_default`);
      expect(await rig.store.spend(spendOf(cards.withPin))).toMatchObject({ outcome: 'granted' });
    } finally {
      await superuser.query(`ALTER TABLE ${partition} SET TABLESPACE pg_default`);
      await superuser.query(`DROP TABLESPACE IF EXISTS ${space}`);
      unmount(disk);
    }
  });
});

/** Until not another page fits. */
async function fill(superuser: DataSource): Promise<void> {
  for (const size of [500, 50, 1]) {
    for (;;) {
      try {
        await superuser.query(
          `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase)
           SELECT 'default', 'filler', repeat('x', 200), 'r', 'test.fill', 'outcome' FROM generate_series(1, ${size})`,
        );
      } catch (fault) {
        expect(fault).toMatchObject({ code: '53100' });
        break;
      }
    }
  }
}

/** A disk of its own in memory; null where this user may not mount one. */
function mountSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=0700', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}
