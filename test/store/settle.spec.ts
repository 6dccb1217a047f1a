import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PinVerifier } from '#libs/hsm';
import type { SpendRequest } from '#libs/pin';
import { auditLines, auditOf, cardRow, contents, envelopeCount, eventRows, eventsOf } from './look.js';
import {
  evaluate,
  newCardWithPin,
  newEnvelope,
  newOtp,
  newVerifier,
  openStore,
  settleOf,
  spendOf,
  TENANT,
  type SettleOptions,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

async function spent(changed: Partial<SpendRequest> = {}): Promise<SpendRequest> {
  const request = spendOf(await newCardWithPin(rig.store), changed);
  await rig.store.spend(request);
  return request;
}

describe('matched', () => {
  it('refills the tries and forgets the failures', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'matched');
    const row = await cardRow(rig.owner, cardId);
    expect(row).toMatchObject({ triesSpent: 0, failuresWithoutSuccess: 0, evaluationId: null, eventNo: '8' });
    const told = ['pin.set', 'pin.try_failed', 'pin.try_failed', 'pin.last_try'];
    expect(await eventsOf(rig.owner, cardId)).toEqual(told);
  });

  it('takes over the verifier of a newer wrapping generation and leaves the history alone', async () => {
    const request = await spent();
    const renewed = newVerifier(2);
    await rig.store.settle(settleOf(request, 'matched', { effect: { kind: 'renewed', verifier: renewed } }));
    const { history } = await enrolled(request.cardId);
    expect(history).toEqual([renewed]);
    expect(await lastDetails(request.cardId)).toEqual({
      pinStatus: 'active',
      triesSpent: 0,
      failuresWithoutSuccess: 0,
      renewed: true,
      verifierHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });
});

describe('a change', () => {
  const change = async (cardId: string, verifier: PinVerifier): Promise<SettleOptions> => ({
    operation: 'change',
    effect: { kind: 'changed', verifier },
    otpId: await newOtp(rig.owner, cardId),
  });

  it('moves the old verifier to the history and stamps the new PIN', async () => {
    const cardId = await newCardWithPin(rig.store);
    const before = await enrolled(cardId);
    const verifier = newVerifier();
    await evaluate(rig.store, cardId, 'matched', await change(cardId, verifier));
    const after = await enrolled(cardId);
    expect(after.history).toEqual([verifier, ...before.history]);
    expect(after.card.pinSetAt?.getTime()).toBeGreaterThan(before.card.pinSetAt?.getTime() ?? Infinity);
    expect(await eventsOf(rig.owner, cardId)).toEqual(['pin.set', 'pin.changed']);
    expect(await lastDetails(cardId)).toEqual({
      pinStatus: 'active',
      triesSpent: 0,
      failuresWithoutSuccess: 0,
      changed: true,
      verifierHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('keeps as many verifiers as the history is long, the current one included', async () => {
    const cardId = await newCardWithPin(rig.store);
    const verifiers = Array.from({ length: 6 }, () => newVerifier());
    for (const verifier of verifiers) {
      await evaluate(rig.store, cardId, 'matched', await change(cardId, verifier));
    }
    const { history } = await enrolled(cardId);
    expect(history).toEqual(verifiers.slice(2).toReversed());
    const [kept] = await rig.owner.query<{ count: string }[]>(
      'SELECT count(*) FROM pin_history WHERE card_id = $1',
      [cardId],
    );
    expect(kept?.count).toBe('3');
    for (const historyLength of [0, 1, 2]) {
      const shorter = await rig.withPolicy({ historyLength }).readForEnrolment(TENANT, cardId);
      expect(shorter?.history).toEqual(verifiers.toReversed().slice(0, historyLength));
    }
  });

  it('that refuses the new PIN changes nothing, and tells the audit trail why', async () => {
    const cardId = await newCardWithPin(rig.store);
    const before = await enrolled(cardId);
    await evaluate(rig.store, cardId, 'matched', {
      operation: 'change',
      effect: { kind: 'refused', code: 'PIN_REUSED' },
    });
    expect((await enrolled(cardId)).history).toEqual(before.history);
    expect(await auditOf(rig.owner, cardId)).toContain('pin.change outcome matched');
    expect(await lastDetails(cardId)).toMatchObject({ refusal: 'PIN_REUSED' });
  });

  it('that comes too late touches neither verifier nor history', async () => {
    const request = await spent({ operation: 'change', envelopes: [newEnvelope(), newEnvelope()] });
    await rig.store.settle(settleOf(request, 'not-matched'));
    const late = await change(request.cardId, newVerifier());
    const before = await contents(rig.owner);
    await rig.store.settle(settleOf(request, 'matched', late));
    expect(await contents(rig.owner)).toBe(before);
  });
});

describe('the one-time password of a change', () => {
  const REJECTED = { problem: 'OTP_REJECTED', members: { attemptsRemaining: 0 } };
  const status = async (otpId: string) => {
    const [row] = await rig.owner.query<{ status: string }[]>(
      'SELECT status FROM one_time_passwords WHERE otp_id = $1',
      [otpId],
    );
    return row?.status;
  };
  const changing = async () =>
    await spent({ operation: 'change', envelopes: [newEnvelope(), newEnvelope()] });

  it('is used up with it', async () => {
    const request = await changing();
    const otpId = await newOtp(rig.owner, request.cardId);
    const settle = settleOf(request, 'matched', { effect: changed(), otpId });
    expect(await rig.store.settle(settle)).toEqual({ outcome: 'settled' });
    expect(await status(otpId)).toBe('used');
    const again = await rig.store.settle(settle);
    expect(again).toEqual({ outcome: 'answered', answer: settle.answer });
  });

  it.each([
    ['used before', async (cardId: string) => await endedOtp(cardId, 'used')],
    ['superseded', async (cardId: string) => await endedOtp(cardId, 'superseded')],
    ['exhausted', async (cardId: string) => await endedOtp(cardId, 'exhausted')],
    ['expired', async (cardId: string) => await newOtp(rig.owner, cardId, { seconds: 0 })],
    ["another card's", async () => await newOtp(rig.owner, await newCardWithPin(rig.store))],
    ['unknown', async () => randomUUID()],
  ])(
    'that is %s changes nothing: the tries come back, for the current PIN was right',
    async (_what, make) => {
      const request = await changing();
      const before = await enrolled(request.cardId);
      const otpId = await make(request.cardId);
      const otpBefore = await status(otpId);
      const settle = settleOf(request, 'matched', { effect: changed(), otpId });
      expect(await rig.store.settle(settle)).toEqual({ outcome: 'answered', answer: REJECTED });
      const after = await enrolled(request.cardId);
      expect(after.history).toEqual(before.history);
      expect(after.card).toMatchObject({ triesRemaining: 3, pinStatus: 'active' });
      expect(await status(otpId)).toBe(otpBefore);
      expect(await lastDetails(request.cardId)).toMatchObject({ refusal: 'OTP_REJECTED' });
      expect(await eventsOf(rig.owner, request.cardId)).toEqual(['pin.set']);
      expect(await rig.store.lookUpClaim(request.context)).toEqual({ outcome: 'answered', answer: REJECTED });
    },
  );

  it('is left alone by an evaluation that has ended', async () => {
    const request = await changing();
    const otpId = await newOtp(rig.owner, request.cardId);
    await rig.store.settle(settleOf(request, 'abandoned'));
    const late = settleOf(request, 'matched', { effect: changed(), otpId });
    expect(await rig.store.settle(late)).toMatchObject({ outcome: 'answered' });
    expect(await status(otpId)).toBe('live');
  });

  it('is needed', async () => {
    const settle = settleOf(await changing(), 'matched', { effect: changed() });
    await expect(rig.store.settle(settle)).rejects.toThrow('with a one-time password');
  });

  async function endedOtp(cardId: string, as: string): Promise<string> {
    const otpId = await newOtp(rig.owner, cardId);
    await rig.owner.query('UPDATE one_time_passwords SET status = $2 WHERE otp_id = $1', [otpId, as]);
    return otpId;
  }
});

describe.each(['not-matched', 'unreadable', 'abandoned'] as const)('%s', (verdict) => {
  it('leaves the try spent, and locks at the limit', async () => {
    const cardId = await newCardWithPin(rig.store);
    for (let tries = 1; tries <= 3; tries += 1) {
      const { lockedAt, ...row } = await cardRow(rig.owner, cardId);
      expect(row).toMatchObject({ triesSpent: tries - 1, pinStatus: 'active' });
      expect(lockedAt).toBeNull();
      await evaluate(rig.store, cardId, verdict);
    }
    const card = await rig.store.findCard(TENANT, cardId);
    expect(card).toMatchObject({ pinStatus: 'locked', triesRemaining: 0, failuresWithoutSuccess: 3 });
    expect(card?.lockedAt).toBeInstanceOf(Date);
  });

  it('is told to the audit trail, and to receivers where a verdict exists', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = await evaluate(rig.store, cardId, verdict);
    expect((await auditOf(rig.owner, cardId)).slice(-2)).toEqual([
      'pin.validate intent',
      `pin.validate outcome ${verdict}`,
    ]);
    const events = await eventRows(rig.owner, cardId);
    expect(events.map(({ type }) => type)).toEqual(
      verdict === 'abandoned' ? ['pin.set'] : ['pin.set', 'pin.try_failed'],
    );
    if (verdict === 'abandoned') return;
    expect(JSON.parse(events.at(-1)?.data ?? '')).toEqual({
      cardId,
      cardRef: (await rig.store.findCard(TENANT, cardId))?.cardRef,
      maskedPan: null,
      pinStatus: 'active',
      triesRemaining: 2,
      requestId: request.context.requestId,
    });
  });
});

describe('given back', () => {
  it('returns the try and releases envelopes and request id, so that the same bytes may come again', async () => {
    const request = await spent({ envelopes: [newEnvelope(), newEnvelope()] });
    expect(await rig.store.settle(settleOf(request, 'given-back'))).toEqual({ outcome: 'settled' });
    const row = await cardRow(rig.owner, request.cardId);
    expect(row).toMatchObject({ triesSpent: 0, failuresWithoutSuccess: 0, evaluationId: null, eventNo: '4' });
    for (const { digest } of request.envelopes) expect(await envelopeCount(rig.owner, digest)).toBe(0);
    expect((await auditOf(rig.owner, request.cardId)).at(-1)).toBe('pin.validate outcome given-back');
    const again = { ...request, evaluationId: randomUUID() };
    expect(await rig.store.spend(again)).toMatchObject({ outcome: 'granted', triesSpent: 1 });
  });

  it('happens once', async () => {
    const request = await spent();
    await rig.store.settle(settleOf(request, 'given-back'));
    const before = await contents(rig.owner);
    expect(await rig.store.settle(settleOf(request, 'given-back'))).toEqual({ outcome: 'fenced' });
    expect(await contents(rig.owner)).toBe(before);
  });

  it('never undoes a verdict', async () => {
    const request = await spent();
    const answer = { body: { verified: false } };
    await rig.store.settle(settleOf(request, 'not-matched', { answer }));
    expect(await rig.store.settle(settleOf(request, 'given-back'))).toEqual({ outcome: 'answered', answer });
    expect(await cardRow(rig.owner, request.cardId)).toMatchObject({ triesSpent: 1 });
  });
});

describe('a settle whose evaluation is closed', () => {
  it('sends the stored answer, never its own: a stale success refills nothing', async () => {
    const request = await spent();
    const answer = { problem: 'EVALUATION_ABANDONED', members: {} } as const;
    await rig.store.settle(settleOf(request, 'abandoned', { answer }));
    const before = await contents(rig.owner);
    expect(await rig.store.settle(settleOf(request, 'matched'))).toEqual({ outcome: 'answered', answer });
    expect(await contents(rig.owner)).toBe(before);
  });

  it('is fenced where no evaluation of that id was ever spent', async () => {
    const request = await spent();
    const stranger = settleOf({ ...request, evaluationId: randomUUID() }, 'matched');
    const before = await contents(rig.owner);
    expect(await rig.store.settle(stranger)).toEqual({ outcome: 'fenced' });
    expect(await contents(rig.owner)).toBe(before);
  });
});

const changed = () => ({ kind: 'changed', verifier: newVerifier() }) as const;

async function enrolled(cardId: string) {
  const found = await rig.store.readForEnrolment(TENANT, cardId);
  if (found === null) throw new Error('no such card');
  return found;
}

async function lastDetails(cardId: string): Promise<unknown> {
  return JSON.parse((await auditLines(rig.owner, cardId)).at(-1)?.details ?? 'null');
}
