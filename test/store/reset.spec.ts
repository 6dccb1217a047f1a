import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResetRecord } from '#libs/pin';
import { auditLines, contents, envelopeCount, eventsOf } from './look.js';
import {
  enrolmentOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  newOtp,
  newVerifier,
  openStore,
  OVERDUE,
  spendOf,
  TENANT,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

async function resetOf(cardId: string, changed: Partial<ResetRecord> = {}): Promise<ResetRecord> {
  const card = await rig.store.findCard(TENANT, cardId);
  const otpId = await newOtp(rig.owner, cardId, { purpose: 'pin-reset' });
  return { ...enrolmentOf(cardId, { expectedEventNo: card?.eventNo ?? '0' }), otpId, ...changed };
}

async function otpStatus(otpId: string): Promise<string | undefined> {
  const [row] = await rig.owner.query<{ status: string }[]>(
    'SELECT status FROM one_time_passwords WHERE otp_id = $1',
    [otpId],
  );
  return row?.status;
}

describe('a reset', () => {
  it('replaces the verifier, keeps the old one in the history, lifts the lock and forgets the failures', async () => {
    const cardId = await newCardWithPin(rig.store);
    const before = await rig.store.readForEnrolment(TENANT, cardId);
    await lockCard(rig.store, cardId);
    const verifier = newVerifier();
    const record = await resetOf(cardId, { result: { outcome: 'enrolled', verifier } });
    expect(await rig.store.reset(record)).toMatchObject({ outcome: 'done' });
    const after = await rig.store.readForEnrolment(TENANT, cardId);
    expect(after?.card).toMatchObject({
      pinStatus: 'active',
      triesRemaining: 3,
      failuresWithoutSuccess: 0,
      lockedAt: null,
      eventNo: String(BigInt(record.expectedEventNo) + 1n),
    });
    expect(after?.history).toEqual([verifier, ...(before?.history ?? [])]);
    expect(await otpStatus(record.otpId)).toBe('used');
    expect(await envelopeCount(rig.owner, record.envelope.digest)).toBe(1);
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'pin.reset',
      result: 'enrolled',
      eventNo: after?.card.eventNo,
      details: expect.stringMatching(`,"otpId":"${record.otpId}"}$`) as string,
    });
    expect((await eventsOf(rig.owner, cardId)).at(-1)).toBe('pin.reset');
    const again = await rig.store.reset(record);
    expect(again).toEqual({ outcome: 'answered', body: { pinStatus: 'active' } });
  });

  it('keeps as many verifiers as the history is long, the current one included', async () => {
    const cardId = await newCardWithPin(rig.store);
    const verifiers = Array.from({ length: 6 }, () => newVerifier());
    for (const verifier of verifiers) {
      await rig.store.reset(await resetOf(cardId, { result: { outcome: 'enrolled', verifier } }));
    }
    const stored = await rig.store.readForEnrolment(TENANT, cardId);
    expect(stored?.history).toEqual(verifiers.slice(2).toReversed());
    const [kept] = await rig.owner.query<{ count: string }[]>(
      'SELECT count(*) FROM pin_history WHERE card_id = $1',
      [cardId],
    );
    expect(kept?.count).toBe('3');
  });

  it.each([
    ['PIN_TOO_WEAK', 'live'],
    ['PIN_ENVELOPE_UNREADABLE', 'live'],
    ['PIN_REUSED', 'used'],
  ] as const)(
    'that is refused as %s leaves the card alone, and the one-time password %s',
    async (refusal, status) => {
      const cardId = await newCardWithPin(rig.store);
      const before = await rig.store.readForEnrolment(TENANT, cardId);
      const answer = { problem: refusal, members: {} };
      const record = await resetOf(cardId, { result: { outcome: 'refused', refusal }, answer });
      expect(await rig.store.reset(record)).toEqual({ outcome: refusal });
      expect(await rig.store.readForEnrolment(TENANT, cardId)).toEqual(before);
      expect(await otpStatus(record.otpId)).toBe(status);
      expect(await envelopeCount(rig.owner, record.envelope.digest)).toBe(1);
    },
  );

  it.each([
    ['used', `UPDATE one_time_passwords SET status = 'used' WHERE otp_id = $1`],
    ['expired', 'UPDATE one_time_passwords SET expires_at = clock_timestamp() WHERE otp_id = $1'],
    ['of another purpose', `UPDATE one_time_passwords SET purpose = 'pin-change' WHERE otp_id = $1`],
  ])(
    'with a one-time password that is %s writes nothing, whatever the new PIN came to',
    async (_what, sql) => {
      const cardId = await newCardWithPin(rig.store);
      const record = await resetOf(cardId);
      await rig.owner.query(sql, [record.otpId]);
      const before = await contents(rig.owner);
      const refusals = (['PIN_REUSED', 'PIN_TOO_WEAK', 'PIN_ENVELOPE_UNREADABLE'] as const).map(
        (refusal) => ({
          outcome: 'refused' as const,
          refusal,
        }),
      );
      for (const result of [record.result, ...refusals]) {
        const outcome = await rig.store.reset({ ...record, result });
        expect(outcome).toEqual({ outcome: 'OTP_REJECTED' });
      }
      expect(await contents(rig.owner)).toBe(before);
    },
  );

  it('waits for an evaluation in flight, and closes one that is overdue', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.store.spend(spendOf(cardId));
    const record = await resetOf(cardId);
    const before = await contents(rig.owner);
    expect(await rig.store.reset(record)).toEqual({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
    expect(await contents(rig.owner)).toBe(before);

    const late = await newCardWithPin(rig.store);
    await rig.withPolicy(OVERDUE).spend(spendOf(late));
    expect(await rig.store.reset(await resetOf(late))).toEqual({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
    expect(await rig.store.reset(await resetOf(late))).toMatchObject({ outcome: 'done' });
  });

  it('is not written over a card that another transaction has written', async () => {
    const cardId = await newCardWithPin(rig.store);
    const record = await resetOf(cardId);
    await evaluate(rig.store, cardId, 'not-matched');
    expect(await rig.store.reset(record)).toEqual({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
    expect(await otpStatus(record.otpId)).toBe('live');
    expect(await rig.store.reset({ ...record, cardId: randomUUID() })).toEqual({ outcome: 'CARD_NOT_FOUND' });
  });
});

describe('closing a card', () => {
  it('waits for an evaluation in flight, and closes one that is overdue on the way', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.store.spend(spendOf(cardId));
    expect(await rig.store.close(spendOf(cardId))).toEqual({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
    const late = await newCardWithPin(rig.store);
    await rig.withPolicy(OVERDUE).spend(spendOf(late));
    expect(await rig.store.close(spendOf(late))).toMatchObject({ outcome: 'done' });
  });

  it('happens once, however many copies of the request come at once: all get its answer', async () => {
    const request = spendOf(await newCardWithPin(rig.store));
    const copies = Array.from({ length: 40 }, async () => await rig.store.close(request));
    const outcomes = (await Promise.all(copies)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'answered']));
  });

  it('is possible without a PIN, once, and for a card that is known', async () => {
    const cardId = await newCard(rig.store);
    expect(await rig.store.close(spendOf(cardId))).toMatchObject({
      outcome: 'done',
      body: { pinStatus: 'closed' },
    });
    expect(await rig.store.close(spendOf(cardId))).toEqual({ outcome: 'CARD_CLOSED' });
    expect(await rig.store.close(spendOf(randomUUID()))).toEqual({ outcome: 'CARD_NOT_FOUND' });
    expect(await rig.store.spend(spendOf(cardId))).toEqual({ outcome: 'CARD_CLOSED' });
  });
});
