import { afterEach, beforeEach, expect, it } from 'vitest';
import { ReportChipCommand, type ChipFailure } from '#libs/pin';
import { contextOf, lockCard, newCardWithPin, spendOf, unlockOf } from '../store/store-kit.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';
import { Backup, exported, reconcile } from './backup-kit.js';

let trail: TrailUnderTest;
beforeEach(async () => {
  trail = await openTrail();
});
afterEach(() => trail[Symbol.asyncDispose]());

it('what chips were told is not to be sent again where it was delivered, and is still to be sent where it was not', async () => {
  const { store, dataSource } = trail.rig;
  const reporting = new ReportChipCommand(dataSource);
  const chip = { chip: true };
  const [delivered, failed, unlocked, told, replaced] = [
    await newCardWithPin(store, chip),
    await newCardWithPin(store, chip),
    await newCardWithPin(store, chip),
    await newCardWithPin(store, chip),
    await newCardWithPin(store, chip),
  ] as const;
  const pending = async (cardId: string) =>
    ((await store.findCard('default', cardId))?.pendingCommands ?? []).map(({ command }) => command);
  const report = async (cardId: string, failure: ChipFailure | null = null) => {
    const [first] = (await store.findCard('default', cardId))?.pendingCommands.slice(-1) ?? [];
    const context = contextOf({ path: cardId });
    await reporting.execute({ context, cardId, commandId: first?.commandId ?? '', failure });
  };
  for (const cardId of [unlocked, told]) await report(cardId);
  await trail.keeper().execute();
  const backup = await Backup.take(trail);
  await report(delivered);
  await report(failed, 'SCRIPT_FAILED');
  for (const cardId of [unlocked, told]) {
    await lockCard(store, cardId);
    await store.unlock(unlockOf(cardId));
  }
  await report(told);
  await store.close(spendOf(replaced));

  const keeper = trail.keeper();
  await keeper.execute();
  const lines = await exported(trail);
  await backup.restore();
  const { losses } = await reconcile(trail, lines);
  await keeper.execute();
  expect((await trail.verify()).findings).toEqual([]);
  expect(losses.map(({ what }) => what)).toEqual(['register of used PIN envelopes']);
  expect(await pending(delivered)).toEqual([]);
  expect(await pending(failed)).toEqual(['CHANGE_PIN']);
  expect(await pending(unlocked)).toEqual(['UNBLOCK_PIN']);
  expect(await pending(told)).toEqual([]);
  expect(await pending(replaced)).toEqual([]);
  expect(await trail.rig.owner.query('SELECT FROM chip_commands WHERE card_id = $1', [replaced])).toEqual([]);
});
