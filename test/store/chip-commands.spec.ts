import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ReportChipCommand, type ChipFailure, type PendingChipCommand, type SetRecord } from '#libs/pin';
import type { RequestContext } from '#libs/requests';
import { auditLines, cardRow, contents, eventRows, eventsOf } from './look.js';
import {
  contextOf,
  enrolmentOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  newOtp,
  newVerifier,
  openStore,
  settleOf,
  spendOf,
  TENANT,
  unlockOf,
  type StoreUnderTest,
} from './store-kit.js';

const CHIP = { chip: true };

let rig: StoreUnderTest;
let reporting: ReportChipCommand;
beforeAll(async () => {
  rig = await openStore({ poolSize: 16 });
  reporting = new ReportChipCommand(rig.dataSource);
});
afterAll(() => rig[Symbol.asyncDispose]());

const pending = async (cardId: string) => (await rig.store.findCard(TENANT, cardId))?.pendingCommands ?? [];
const kinds = async (cardId: string) => (await pending(cardId)).map(({ command }) => command);
async function only(cardId: string): Promise<PendingChipCommand> {
  const [first, ...more] = await pending(cardId);
  if (first === undefined || more.length > 0) throw new Error(`${more.length} more are pending`);
  return first;
}

async function change(cardId: string): Promise<void> {
  const otpId = await newOtp(rig.owner, cardId);
  const effect = { kind: 'changed', verifier: newVerifier() } as const;
  await evaluate(rig.store, cardId, 'matched', { operation: 'change', effect, otpId });
}

async function resetOf(cardId: string): Promise<SetRecord & { readonly otpId: string }> {
  const { eventNo } = await cardRow(rig.owner, cardId);
  const otpId = await newOtp(rig.owner, cardId, { purpose: 'pin-reset' });
  return { ...enrolmentOf(cardId, { expectedEventNo: eventNo }), otpId };
}

interface Reported {
  readonly cardId: string;
  readonly commandId: string;
  readonly failure?: ChipFailure;
  readonly context?: RequestContext;
}

async function report({ cardId, commandId, failure, context = contextOf({ path: cardId }) }: Reported) {
  return (await reporting.execute({ context, cardId, commandId, failure: failure ?? null })).body;
}

const told = async (cardId: string) =>
  (await eventsOf(rig.owner, cardId)).filter((type) => type.startsWith('chip.'));
const dataOf = async (cardId: string, type: string): Promise<unknown> => {
  const event = (await eventRows(rig.owner, cardId)).findLast((row) => row.type === type);
  return JSON.parse(event?.data ?? 'null');
};

describe('what the chip of a card does not know', () => {
  it('is its first PIN, its changed one, its reset one: always the newest alone', async () => {
    const cardId = await newCard(rig.store, CHIP);
    expect(await pending(cardId)).toEqual([]);
    await rig.store.set(enrolmentOf(cardId));
    const first = await only(cardId);
    await change(cardId);
    const second = await only(cardId);
    await rig.store.reset(await resetOf(cardId));
    const third = await only(cardId);
    expect(new Set([first, second, third].map(({ commandId }) => commandId)).size).toBe(3);
    for (const { command, createdAt } of [first, second, third]) {
      expect(command).toBe('CHANGE_PIN');
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    expect([first, second, third].map(({ pinVersion }) => pinVersion)).toEqual([2, 4, 5]);
    expect(await told(cardId)).toEqual(Array(3).fill('chip.update_pending'));
  });

  it('is that its PIN is not blocked, after an unlock, and after a reset that lifted a lock', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const { commandId, pinVersion } = await only(cardId);
    await report({ cardId, commandId });
    await lockCard(rig.store, cardId);
    expect(await kinds(cardId)).toEqual([]);
    await rig.store.unlock(unlockOf(cardId));
    expect(await only(cardId)).toMatchObject({ command: 'UNBLOCK_PIN', pinVersion });
    await lockCard(rig.store, cardId);
    await rig.store.reset(await resetOf(cardId));
    const both = await pending(cardId);
    expect(both.map(({ command }) => command)).toEqual(['CHANGE_PIN', 'UNBLOCK_PIN']);
    const { eventNo } = await cardRow(rig.owner, cardId);
    expect(both.map((one) => one.pinVersion)).toEqual([Number(eventNo), Number(eventNo)]);
    // Both are told by one event, behind that of the reset and in its transaction.
    const [reset, event] = (await eventRows(rig.owner, cardId)).slice(-2);
    expect([reset?.type, event?.type]).toEqual(['pin.reset', 'chip.update_pending']);
    expect([reset?.eventNo, event?.eventNo]).toEqual([eventNo, eventNo]);
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ pinStatus: 'active', pendingCommands: both });
  });

  it('is nothing for a card without a chip, nor of what did not happen', async () => {
    const plain = await newCardWithPin(rig.store);
    await change(plain);
    expect([await pending(plain), await told(plain)]).toEqual([[], []]);
    const cardId = await newCardWithPin(rig.store, CHIP);
    const before = await pending(cardId);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'matched', {
      operation: 'change',
      effect: { kind: 'refused', code: 'PIN_TOO_WEAK' },
      otpId: await newOtp(rig.owner, cardId),
    });
    // Its one-time password is gone: the PIN stays.
    await evaluate(rig.store, cardId, 'matched', {
      operation: 'change',
      effect: { kind: 'changed', verifier: newVerifier() },
      otpId: randomUUID(),
    });
    expect(await pending(cardId)).toEqual(before);
  });

  it('is shown in every list, and ends with the card', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const { items } = await rig.store.findCards(TENANT, { limit: 200 });
    expect(items.find((card) => card.cardId === cardId)?.pendingCommands).toEqual(await pending(cardId));
    const { commandId } = await only(cardId);
    await rig.store.close(spendOf(cardId));
    expect(await rig.owner.query('SELECT FROM chip_commands WHERE card_id = $1', [cardId])).toEqual([]);
    await expect(report({ cardId, commandId })).rejects.toMatchObject({ code: 'CARD_CLOSED' });
  });

  it('is one command of each kind where unlocks and a reset come at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const cardId = await newCardWithPin(rig.store, CHIP);
      await lockCard(rig.store, cardId);
      const reset = await resetOf(cardId);
      const ended = await Promise.all([
        ...Array.from({ length: 8 }, () => rig.store.unlock(unlockOf(cardId))),
        rig.store.reset(reset),
      ]);
      // Whichever was first made the other's look at the card an old one.
      expect(ended.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
      expect(await kinds(cardId)).toEqual(['CHANGE_PIN', 'UNBLOCK_PIN']);
      expect(await told(cardId)).toHaveLength(2);
    }
  });

  it('is forgotten a year after it ended, with the next of its kind; the newest is not', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const age = `UPDATE chip_commands SET ended_at = clock_timestamp() - interval '401 days' WHERE card_id = $1 AND status <> 'pending'`;
    for (let time = 0; time < 3; time += 1) await change(cardId);
    await rig.owner.query(age, [cardId]);
    await rig.store.unlock(unlockOf(cardId));
    const count = async () =>
      (await rig.owner.query<unknown[]>('SELECT FROM chip_commands WHERE card_id = $1', [cardId])).length;
    expect(await count()).toBe(4);
    await change(cardId);
    expect(await count()).toBe(2);
  });
});

describe('a report', () => {
  it('of what was delivered ends the command, once, with its event and a line of the trail', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const { commandId, pinVersion } = await only(cardId);
    const answer = { commandId, command: 'CHANGE_PIN', status: 'delivered', pendingCommands: [] };
    const context = contextOf({ path: cardId });
    expect(await report({ cardId, commandId, context })).toEqual(answer);
    expect(await pending(cardId)).toEqual([]);
    const { cardRef } = await cardRow(rig.owner, cardId);
    expect(await dataOf(cardId, 'chip.updated')).toEqual({
      cardId,
      cardRef,
      requestId: context.requestId,
      commandId,
      command: 'CHANGE_PIN',
      pinVersion,
      pendingCommands: [],
    });
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'chip.report',
      result: 'delivered',
      eventNo: null,
      details: JSON.stringify({ commandId, command: 'CHANGE_PIN', outcome: 'delivered' }),
    });
    // Repeated under its id, and told once more under another: the same answer, and nothing else happens.
    expect(await report({ cardId, commandId, context })).toEqual(answer);
    expect(await report({ cardId, commandId })).toEqual(answer);
    expect(await report({ cardId, commandId, failure: 'SCRIPT_FAILED' })).toEqual(answer);
    expect(await told(cardId)).toEqual(['chip.update_pending', 'chip.updated']);
    const results = (await auditLines(rig.owner, cardId)).filter(({ action }) => action === 'chip.report');
    expect(results.map(({ result }) => result)).toEqual(['delivered', 'unchanged', 'unchanged']);
  });

  it('of a failure leaves it pending, and says why until it is delivered', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const command = await only(cardId);
    const { commandId } = command;
    for (const failure of ['SCRIPT_NOT_PROCESSED', 'SCRIPT_FAILED'] as const) {
      const answer = await report({ cardId, commandId, failure });
      const lastFailure = { at: expect.stringMatching(/Z$/) as string, reason: failure };
      expect(answer).toMatchObject({ status: 'pending', pendingCommands: [{ ...command, lastFailure }] });
      expect(await dataOf(cardId, 'chip.update_failed')).toMatchObject({ commandId, reason: failure });
    }
    expect(await report({ cardId, commandId })).toMatchObject({ status: 'delivered' });
    expect(await told(cardId)).toEqual([
      'chip.update_pending',
      'chip.update_failed',
      'chip.update_failed',
      'chip.updated',
    ]);
  });

  it.each([undefined, 'SCRIPT_FAILED'] as const)(
    'of a command that a newer one has replaced takes nothing from that one (%s)',
    async (failure) => {
      const cardId = await newCardWithPin(rig.store, CHIP);
      const { commandId } = await only(cardId);
      await change(cardId);
      const newer = await only(cardId);
      const reported = { cardId, commandId, ...(failure === undefined ? {} : { failure }) };
      const answer = { commandId, command: 'CHANGE_PIN', status: 'superseded', pendingCommands: [newer] };
      expect(await report(reported)).toEqual(answer);
      expect(await report(reported)).toEqual(answer);
      expect(await only(cardId)).toEqual(newer);
      expect(await told(cardId)).toEqual(['chip.update_pending', 'chip.update_pending']);
      expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
        action: 'chip.report',
        result: 'unchanged',
        details: expect.stringContaining(commandId) as string,
      });
    },
  );

  it('of one kind leaves the other', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    await lockCard(rig.store, cardId);
    await rig.store.unlock(unlockOf(cardId));
    const [changing, unblocking] = await pending(cardId);
    const answer = await report({ cardId, commandId: changing?.commandId ?? '' });
    expect(answer).toMatchObject({ status: 'delivered', pendingCommands: [unblocking] });
  });

  it('that comes many times at once ends the command once', async () => {
    const cardId = await newCardWithPin(rig.store, CHIP);
    const { commandId } = await only(cardId);
    const answers = await Promise.all(Array.from({ length: 20 }, () => report({ cardId, commandId })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['delivered']));
    expect(await told(cardId)).toEqual(['chip.update_pending', 'chip.updated']);
  });

  it('that meets a change ends the command or finds it replaced: the new PIN stays pending', async () => {
    for (let round = 0; round < 10; round += 1) {
      const cardId = await newCardWithPin(rig.store, CHIP);
      const { commandId } = await only(cardId);
      const otpId = await newOtp(rig.owner, cardId);
      const request = spendOf(cardId, { operation: 'change' });
      await rig.store.spend(request);
      const effect = { kind: 'changed', verifier: newVerifier() } as const;
      const [{ status }] = await Promise.all([
        report({ cardId, commandId }),
        rig.store.settle(settleOf(request, 'matched', { effect, otpId })),
      ]);
      expect(['delivered', 'superseded']).toContain(status);
      expect((await only(cardId)).commandId).not.toBe(commandId);
    }
  });

  it("of an unknown command, of another card's and of another tenant's is refused alike, and writes nothing", async () => {
    const [cardId, other] = [await newCardWithPin(rig.store, CHIP), await newCardWithPin(rig.store, CHIP)];
    const { commandId } = await only(other);
    const before = await contents(rig.owner);
    for (const unknown of [commandId, randomUUID(), 'no-uuid']) {
      await expect(report({ cardId, commandId: unknown })).rejects.toMatchObject({
        code: 'CHIP_COMMAND_NOT_FOUND',
      });
    }
    const context = { ...contextOf({ path: other }), tenantId: 'elsewhere' };
    await expect(report({ cardId: other, commandId, context })).rejects.toMatchObject({
      code: 'CARD_NOT_FOUND',
    });
    expect(await contents(rig.owner)).toBe(before);
    expect((await only(other)).commandId).toBe(commandId);
  });
});

describe('registering the same reference again', () => {
  it('finds the card with what is pending, and is refused where it has a chip here and none there', async () => {
    const cardRef = `ref-${randomUUID()}`;
    const made = await rig.store.register(contextOf(), cardRef, true);
    const cardId = made.body?.cardId ?? '';
    await rig.store.set(enrolmentOf(cardId));
    expect(await rig.store.register(contextOf(), cardRef, true)).toMatchObject({
      outcome: 'existing',
      body: { cardId, chip: true, pendingCommands: [{ command: 'CHANGE_PIN' }] },
    });
    expect(await rig.store.register(contextOf(), cardRef, false)).toEqual({ outcome: 'CARD_REF_IN_USE' });
  });
});
