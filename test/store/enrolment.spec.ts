import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditLines, auditOf, cardRow, contents, envelopeCount, eventsOf } from './look.js';
import {
  contextOf,
  enrolmentOf,
  newCard,
  newCardWithPin,
  newEnvelope,
  newVerifier,
  openStore,
  spendOf,
  TENANT,
  type StoreUnderTest,
} from './store-kit.js';

let rig: StoreUnderTest;
beforeAll(async () => {
  rig = await openStore();
});
afterAll(() => rig[Symbol.asyncDispose]());

const refused = { outcome: 'refused', refusal: 'PIN_TOO_WEAK' } as const;

describe('an enrolled PIN', () => {
  it('is stored with envelope, answer, audit line and event', async () => {
    const cardId = await newCard(rig.store);
    const verifier = newVerifier(7);
    const record = enrolmentOf(cardId, { result: { outcome: 'enrolled', verifier } });
    expect(await rig.store.set(record)).toMatchObject({ outcome: 'done' });
    const stored = await rig.store.readForEnrolment(TENANT, cardId);
    expect(stored).toMatchObject({ card: { pinStatus: 'active', eventNo: '2' }, history: [verifier] });
    expect(stored?.card.pinSetAt).toBeInstanceOf(Date);
    expect(await envelopeCount(rig.owner, record.envelope.digest)).toBe(1);
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'pin.set',
      phase: 'outcome',
      result: 'enrolled',
      eventNo: '2',
      subject: 'someone',
      requestId: record.context.requestId,
      // Only a hash of the verifier, and the whole state of the card.
      details: expect.stringMatching(
        /^\{"pinStatus":"active","triesSpent":0,"failuresWithoutSuccess":0,"verifierHash":"[0-9a-f]{64}"\}$/,
      ) as string,
    });
    expect(await eventsOf(rig.owner, cardId)).toEqual(['pin.set']);
    expect(await rig.store.lookUpClaim(record.context)).toEqual({
      outcome: 'answered',
      answer: record.answer,
    });
  });

  it('changes nothing where the card is no longer as it was read', async () => {
    const cardId = await newCardWithPin(rig.store);
    const before = await contents(rig.owner);
    expect(await rig.store.set(enrolmentOf(cardId))).toEqual({ outcome: 'PIN_ALREADY_SET' });
    const upToDate = enrolmentOf(cardId, { expectedEventNo: '2' });
    expect(await rig.store.set(upToDate)).toEqual({ outcome: 'PIN_ALREADY_SET' });
    expect(await contents(rig.owner)).toBe(before);
  });

  it('is one of many that come at once', async () => {
    const cardId = await newCard(rig.store);
    const results = await Promise.all(Array.from({ length: 12 }, () => rig.store.set(enrolmentOf(cardId))));
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'PIN_ALREADY_SET')).toHaveLength(11);
    expect(await auditOf(rig.owner, cardId)).toHaveLength(2);
  });
});

describe('a refused PIN', () => {
  it('uses up envelope and request id, is audited, and leaves the card alone', async () => {
    const cardId = await newCard(rig.store);
    const before = await cardRow(rig.owner, cardId);
    const answer = { problem: 'PIN_TOO_WEAK', members: {} } as const;
    const record = enrolmentOf(cardId, { result: refused, answer });
    expect(await rig.store.set(record)).toEqual({ outcome: 'PIN_TOO_WEAK' });
    expect(await cardRow(rig.owner, cardId)).toEqual(before);
    expect(await envelopeCount(rig.owner, record.envelope.digest)).toBe(1);
    expect((await auditLines(rig.owner, cardId)).at(-1)).toMatchObject({
      action: 'pin.set',
      result: 'refused',
      eventNo: null,
      details: '{"refusal":"PIN_TOO_WEAK"}',
    });
    expect(await eventsOf(rig.owner, cardId)).toEqual([]);
    expect(await rig.store.set(record)).toEqual({ outcome: 'answered', body: 'PIN_TOO_WEAK' });
  });
});

describe('a repeated enrolment', () => {
  it('of a used envelope is a replay, and writes nothing', async () => {
    const envelope = newEnvelope();
    await rig.store.spend(spendOf(await newCardWithPin(rig.store), { envelopes: [envelope] }));
    const cardId = await newCard(rig.store);
    const before = await contents(rig.owner);
    for (const result of [refused, { outcome: 'enrolled', verifier: newVerifier() } as const]) {
      const record = enrolmentOf(cardId, { envelope, result });
      expect(await rig.store.set(record)).toEqual({ outcome: 'PIN_ENVELOPE_REPLAYED' });
    }
    expect(await contents(rig.owner)).toBe(before);
  });

  it('of a request id with another body is refused', async () => {
    const cardId = await newCard(rig.store);
    const record = enrolmentOf(cardId, { result: refused });
    await rig.store.set(record);
    const context = contextOf({ requestId: record.context.requestId, path: cardId, body: 'another' });
    const again = enrolmentOf(cardId, { context });
    expect(await rig.store.set(again)).toEqual({ outcome: 'REQUEST_ID_REUSED' });
  });

  it('under one request id is recorded once, and answered from then on', async () => {
    const cardId = await newCard(rig.store);
    const record = enrolmentOf(cardId);
    const results = await Promise.all(
      Array.from({ length: 12 }, () =>
        rig.store.set({ ...record, envelope: newEnvelope() }).then(({ outcome }) => outcome),
      ),
    );
    expect(results.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(await auditOf(rig.owner, cardId)).toHaveLength(2);
  });
});

describe('what is known of a request id', () => {
  it('nothing, before it is used', async () => {
    expect(await rig.store.lookUpClaim(contextOf())).toEqual({ outcome: 'new' });
    expect(await rig.store.lookUpClaim(contextOf({ body: null }))).toEqual({ outcome: 'new' });
  });

  it('that it runs, that it was another body, that it was generated', async () => {
    const cardId = await newCardWithPin(rig.store);
    const request = spendOf(cardId);
    await rig.store.spend(request);
    const { requestId } = request.context;
    expect(await rig.store.lookUpClaim(request.context)).toEqual({
      outcome: 'REQUEST_IN_PROGRESS',
      retryAfterSeconds: 10,
    });
    const otherBody = contextOf({ requestId, path: cardId, body: 'another' });
    expect(await rig.store.lookUpClaim(otherBody)).toEqual({ outcome: 'REQUEST_ID_REUSED' });
    const generatedId = randomUUID();
    const generated = contextOf({ requestId: generatedId, path: cardId, body: null });
    await rig.store.spend(spendOf(await newCardWithPin(rig.store), { context: generated }));
    const presented = contextOf({ requestId: generatedId, path: cardId });
    expect(await rig.store.lookUpClaim(presented)).toEqual({ outcome: 'REQUEST_NOT_REPLAYABLE' });
  });
});
