import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PinPolicy, SpendRequest, SpendResult } from '#libs/pin';
import { auditLines, cardRow, contents, envelopeCount, eventsOf } from './look.js';
import {
  contextOf,
  enrolmentOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  newEnvelope,
  newVerifier,
  openStore,
  OTHER_KID,
  settleOf,
  spendOf,
  TENANT,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

describe('a granted spend', () => {
  it('debits one try and hands out what the evaluation needs', async () => {
    const cardId = await newCard(rig.store);
    const verifier = newVerifier(3);
    await rig.store.set(enrolmentOf(cardId, { result: { outcome: 'enrolled', verifier } }));
    const granted = await rig.store.spend(spendOf(cardId));
    const { pinAccount, eventNo } = await cardRow(rig.owner, cardId);
    const counted = { outcome: 'granted', triesSpent: 1, maxTries: 3, triesLeft: 2, eventNo };
    expect(granted).toEqual({ ...counted, verifier, pinAccount });
    expect(pinAccount).toMatch(/^\d{12}$/);
  });

  it('stores the evaluation, the request id, the envelopes and the intent together', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = spendOf(cardId, {
      operation: 'change',
      envelopes: [newEnvelope(), newEnvelope(OTHER_KID)],
    });
    await rig.store.spend(request);
    const row = await cardRow(rig.owner, cardId);
    expect(row).toMatchObject({
      triesSpent: 1,
      failuresWithoutSuccess: 1,
      evaluationId: request.evaluationId,
      evaluationRequestKey: request.context.claim.key,
      eventNo: '3',
    });
    for (const { digest } of request.envelopes) expect(await envelopeCount(rig.owner, digest)).toBe(1);
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'pin.change',
      phase: 'intent',
      result: null,
      eventNo: '3',
      evaluationId: request.evaluationId,
      requestId: request.context.requestId,
      clientId: 'card-app',
      subject: 'someone',
      sourceAddress: '192.0.2.1',
    });
  });

  it('resumes with the same evaluation id and debits nothing more', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = spendOf(cardId);
    const first = await rig.store.spend(request);
    const before = await contents(rig.owner);
    expect(await rig.store.spend(request)).toEqual(first);
    expect(await contents(rig.owner)).toBe(before);
  });

  it.each([
    ['same order', (a: SpendRequest['envelopes']) => a],
    ['the other order', (a: SpendRequest['envelopes']) => a.toReversed()],
  ])('accepts two envelopes, given in %s of digests', async (_, arrange) => {
    const cardId = await newCardWithPin(rig.store);
    const sorted = [newEnvelope(), newEnvelope()].toSorted((a, b) => a.digest.compare(b.digest));
    expect(await rig.store.spend(spendOf(cardId, { envelopes: arrange(sorted) }))).toMatchObject({
      outcome: 'granted',
    });
    for (const { digest } of sorted) expect(await envelopeCount(rig.owner, digest)).toBe(1);
  });
});

describe('a refused spend writes nothing and says', () => {
  async function refusal(request: SpendRequest, policy: Partial<PinPolicy> = {}): Promise<SpendResult> {
    const before = await contents(rig.owner);
    const result = await rig.withPolicy(policy).spend(request);
    expect(await contents(rig.owner)).toBe(before);
    return result;
  }

  it('unknown-card, for anything that is no card of the tenant', async () => {
    expect(await refusal(spendOf(randomUUID()))).toEqual({ outcome: 'CARD_NOT_FOUND' });
    expect(await refusal(spendOf("'; DROP TABLE cards --"))).toEqual({ outcome: 'CARD_NOT_FOUND' });
    const cardId = await newCardWithPin(rig.store);
    const foreign = { ...contextOf(), tenantId: 'other' };
    expect(await refusal(spendOf(cardId, { context: foreign }))).toEqual({ outcome: 'CARD_NOT_FOUND' });
  });

  it('pin-not-set and card-closed', async () => {
    const cardId = await newCard(rig.store);
    expect(await refusal(spendOf(cardId))).toEqual({ outcome: 'PIN_NOT_SET' });
    await rig.owner.query("UPDATE cards SET pin_status = 'closed' WHERE card_id = $1", [cardId]);
    expect(await refusal(spendOf(cardId))).toEqual({ outcome: 'CARD_CLOSED' });
  });

  it('pin-locked after the last try, whatever comes', async () => {
    const cardId = await newCardWithPin(rig.store);
    await lockCard(rig.store, cardId);
    expect(await refusal(spendOf(cardId))).toEqual({ outcome: 'PIN_LOCKED' });
    expect(await refusal(spendOf(cardId), { maxTries: 15 })).toEqual({ outcome: 'PIN_LOCKED' });
  });

  it('pin-locked where the limit was lowered below the tries spent, and only until it is raised again', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    expect(await refusal(spendOf(cardId), { maxTries: 2 })).toEqual({ outcome: 'PIN_LOCKED' });
    expect(await rig.store.spend(spendOf(cardId))).toMatchObject({ outcome: 'granted', triesSpent: 3 });
  });

  it('PIN_EVALUATION_IN_PROGRESS while another one runs: an evaluation takes milliseconds, whatever its deadline', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.store.spend(spendOf(cardId));
    expect(await refusal(spendOf(cardId))).toEqual({
      outcome: 'PIN_EVALUATION_IN_PROGRESS',
      retryAfterSeconds: 1,
    });
  });

  it('PIN_EVALUATION_IN_PROGRESS, not PIN_LOCKED, while the last try is being evaluated', async () => {
    const cardId = await newCardWithPin(rig.store);
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await rig.store.spend(spendOf(cardId));
    expect(await refusal(spendOf(cardId))).toMatchObject({ outcome: 'PIN_EVALUATION_IN_PROGRESS' });
  });

  it('envelope-replayed for a used envelope, as first or second, on any card', async () => {
    const used = newEnvelope();
    const first = spendOf(await newCardWithPin(rig.store), { envelopes: [used] });
    await rig.store.spend(first);
    const cardId = await newCardWithPin(rig.store);
    for (const envelopes of [[used], [used, newEnvelope()], [newEnvelope(), used]]) {
      expect(await refusal(spendOf(cardId, { envelopes }))).toEqual({ outcome: 'PIN_ENVELOPE_REPLAYED' });
    }
    const otherKid = [{ ...used, kid: OTHER_KID }];
    expect(await rig.store.spend(spendOf(cardId, { envelopes: otherKid }))).toMatchObject({
      outcome: 'granted',
    });
  });

  it('envelope-replayed for two equal envelopes in one request', async () => {
    const twice = newEnvelope();
    const cardId = await newCardWithPin(rig.store);
    expect(await refusal(spendOf(cardId, { envelopes: [twice, { ...twice }] }))).toEqual({
      outcome: 'PIN_ENVELOPE_REPLAYED',
    });
  });
});

describe('a repeated request id', () => {
  it('gets the stored answer, member for member', async () => {
    const cardId = await newCardWithPin(rig.store);
    const answer = { body: { verified: false, triesRemaining: 2, aFirst: null } };
    const first = spendOf(cardId);
    await rig.store.spend(first);
    await rig.store.settle(settleOf(first, 'not-matched', { answer }));
    const again = await rig.store.spend({ ...first, evaluationId: randomUUID() });
    expect(again).toEqual({ outcome: 'answered', answer });
    expect(JSON.stringify(again)).toContain(JSON.stringify(answer));
  });

  it('is told by its body under any generation of the key that bodies are told by', async () => {
    const cardId = await newCardWithPin(rig.store);
    const first = spendOf(cardId);
    await rig.store.spend(first);
    // The process that sees the repetition makes new fingerprints with another generation.
    const claim = {
      ...first.context.claim,
      fingerprint: randomBytes(32),
      otherFingerprints: [randomBytes(32), first.context.claim.fingerprint ?? randomBytes(32)],
    };
    const again = { ...first, evaluationId: randomUUID(), context: { ...first.context, claim } };
    expect(await rig.store.spend(again)).toMatchObject({ outcome: 'REQUEST_IN_PROGRESS' });
    const answer = { body: { verified: false } };
    await rig.store.settle(settleOf(first, 'not-matched', { answer }));
    expect(await rig.store.spend(again)).toEqual({ outcome: 'answered', answer });
    expect(await rig.store.lookUpClaim(again.context)).toEqual({ outcome: 'answered', answer });
    const another = { ...again.context, claim: { ...claim, otherFingerprints: [randomBytes(32)] } };
    expect(await rig.store.spend({ ...again, context: another })).toEqual({ outcome: 'REQUEST_ID_REUSED' });
    expect(await rig.store.lookUpClaim(another)).toEqual({ outcome: 'REQUEST_ID_REUSED' });
  });

  it('is in progress while the first runs, and reused with another body', async () => {
    const cardId = await newCardWithPin(rig.store);
    const first = spendOf(cardId);
    await rig.store.spend(first);
    const again = { ...first, evaluationId: randomUUID() };
    expect(await rig.store.spend(again)).toEqual({ outcome: 'REQUEST_IN_PROGRESS', retryAfterSeconds: 10 });
    const { requestId } = first.context;
    const context = contextOf({ requestId, path: cardId, body: 'another' });
    expect(await rig.store.spend({ ...again, context })).toEqual({ outcome: 'REQUEST_ID_REUSED' });
  });

  it('comes before the card and its state: a locked card still replays', async () => {
    const cardId = await newCardWithPin(rig.store);
    const first = await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    await evaluate(rig.store, cardId, 'not-matched');
    const again = { ...first, evaluationId: randomUUID() };
    expect(await rig.store.spend(again)).toMatchObject({ outcome: 'answered' });
  });

  it('cannot be replayed where the first one was generated by the service', async () => {
    const cardId = await newCardWithPin(rig.store);
    const requestId = randomUUID();
    const generated = contextOf({ requestId, path: cardId, body: null });
    await rig.store.spend(spendOf(cardId, { context: generated }));
    const context = contextOf({ requestId, path: cardId });
    expect(await rig.store.spend(spendOf(cardId, { context }))).toEqual({
      outcome: 'REQUEST_NOT_REPLAYABLE',
    });
  });
});

describe('a tenant with a limit of its own', () => {
  it('has its tries counted by it', async () => {
    const cardId = await newCardWithPin(rig.store);
    await rig.owner.query('UPDATE tenants SET pin_max_tries = 1 WHERE tenant_id = $1', [TENANT]);
    try {
      const request = spendOf(cardId);
      expect(await rig.store.spend(request)).toMatchObject({ triesSpent: 1, maxTries: 1 });
      await rig.store.settle(settleOf(request, 'not-matched'));
      expect(await rig.store.findCard(TENANT, cardId)).toMatchObject({ pinStatus: 'locked', maxTries: 1 });
      expect(await eventsOf(rig.owner, cardId)).toEqual(['pin.set', 'pin.try_failed', 'pin.locked']);
    } finally {
      await rig.owner.query('UPDATE tenants SET pin_max_tries = NULL WHERE tenant_id = $1', [TENANT]);
    }
  });
});
