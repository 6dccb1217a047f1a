import { expect, it } from 'vitest';
import {
  EnvelopeUnreadable,
  lengthPrefixed,
  verifierHash,
  type Attestation,
  type AttestedClaim,
  type Mac,
  type PinHsm,
  type TransportKey,
} from '#libs/hsm';
import {
  bounds,
  CARD,
  envelopeFor,
  evaluationName,
  garbage,
  NEW_PLACE,
  OTHER_CARD,
} from '../support/envelopes.js';

interface OpenHsm {
  readonly hsm: PinHsm;
  readonly key: TransportKey;
}

/** The promises about the HSM host's word (docs/adr/0019-the-hsm-host-attests-its-verdicts.md). */
export function describeAttestation(opened: () => OpenHsm): void {
  const check = async (claim: AttestedClaim, mac: Mac) =>
    (await opened().hsm.checkAttestations([{ claim, mac }]))[0];
  const enrol = async (place: { eventNo: string }, card = CARD) => {
    const { hsm, key } = opened();
    const weakPins = await hsm.tagWeakPins(card);
    using held = hsm.reserve();
    const envelope = await envelopeFor('4832', key, card);
    const question = { card, ...NEW_PLACE, ...place, envelope, weakPins, history: [], bounds: bounds() };
    const result = await hsm.enrolPin(held, question);
    if (result.outcome !== 'enrolled') throw new Error(result.outcome);
    return result.verifier;
  };
  const identity = { tenantId: CARD.tenantId, cardId: CARD.cardId };

  it('attests each verdict for its evaluation and for no other', async () => {
    const { hsm, key } = opened();
    const verifier = await enrol(NEW_PLACE);
    for (const [pin, verdict] of [
      ['4832', 'matched'],
      ['4833', 'not-matched'],
    ] as const) {
      const evaluation = evaluationName();
      using place = hsm.reserve();
      const question = { card: CARD, evaluation, envelope: await envelopeFor(pin, key), verifier };
      const { verdictMac: mac } = await hsm.matchPin(place, { ...question, bounds: bounds() });
      expect(mac.value).toHaveLength(32);
      const { compared } = mac;
      expect(compared).toEqual(verifierHash(verifier));
      const claim = { kind: 'verdict', ...identity, ...evaluation, verdict, compared } as const;
      expect(await check(claim, mac)).toBe('authentic');
      for (const other of [
        { verdict: verdict === 'matched' ? 'not-matched' : 'matched' },
        { tenantId: 'other' },
        { cardId: OTHER_CARD.cardId },
        { evaluationId: evaluationName().evaluationId },
        { eventNo: '4' },
        { operation: 'change' as const },
        { compared: Buffer.alloc(32) },
      ]) {
        expect(await check({ ...claim, ...other }, mac)).toBe('forged');
      }
      expect(await check(claim, { ...mac, value: Buffer.alloc(0) })).toBe('forged');
      expect(await check(claim, { ...mac, generation: 9 })).toBe('unknown-key');
    }
  });

  it('attests an unreadable envelope, and nothing of one that belongs to no evaluation', async () => {
    const { hsm, key } = opened();
    const verifier = await enrol(NEW_PLACE);
    const evaluation = evaluationName({ operation: 'change' });
    const question = { card: CARD, evaluation, envelope: garbage(key), bounds: bounds() };
    using place = hsm.reserve();
    const fault = await hsm.matchPin(place, { ...question, verifier }).catch((thrown: unknown) => thrown);
    if (!(fault instanceof EnvelopeUnreadable) || fault.verdictMac === null) throw new Error('not attested');
    const compared = verifierHash(verifier);
    const claim = { kind: 'verdict', ...identity, ...evaluation, verdict: 'unreadable', compared } as const;
    expect(await check(claim, fault.verdictMac)).toBe('authentic');
    const weakPins = await hsm.tagWeakPins(CARD);
    const enrolment = { ...question, eventNo: '3', weakPins, history: [] };
    // The current PIN was right: that a new one does not open is no verdict.
    for (const of of [evaluation, null]) {
      const thrown = await hsm
        .enrolPin(place, { ...enrolment, evaluation: of })
        .catch((unreadable: unknown) => unreadable);
      expect(thrown).toBeInstanceOf(EnvelopeUnreadable);
      expect((thrown as EnvelopeUnreadable).verdictMac).toBeNull();
    }
  });

  it('attests that nothing was judged where its host answers so', async () => {
    const { hsm, key } = opened();
    const verifier = await enrol(NEW_PLACE);
    const evaluation = evaluationName();
    const envelope = { ...(await envelopeFor('4832', key)), kid: 'pin-transport-9' };
    using place = hsm.reserve();
    const fault = await hsm
      .matchPin(place, { card: CARD, evaluation, envelope, verifier, bounds: bounds() })
      .catch((thrown: unknown) => thrown);
    const { verdictMac: mac = null } = fault as { readonly verdictMac?: Mac | null };
    // The fake stands for a host that is gone.
    if (mac === null) return;
    const claim = { kind: 'verdict', ...identity, ...evaluation, verdict: 'given-back' } as const;
    expect(await check({ ...claim, compared: Buffer.alloc(0) }, mac)).toBe('authentic');
  });

  it('attests a verifier for its place: another card or event number is another place', async () => {
    const verifier = await enrol({ eventNo: '41' });
    const { mac } = verifier;
    if (mac === null) throw new Error('not attested');
    const claim = {
      ...({ kind: 'verifier', ...identity, eventNo: '41' } as const),
      verifierHash: verifierHash(verifier),
    };
    expect(await check(claim, mac)).toBe('authentic');
    expect(await check({ ...claim, eventNo: '42' }, mac)).toBe('forged');
    expect(await check({ ...claim, cardId: OTHER_CARD.cardId }, mac)).toBe('forged');
    expect(await check({ ...claim, verifierHash: Buffer.alloc(32) }, mac)).toBe('forged');
  });

  it('attests since when it attests, and answers for many at once in their order', async () => {
    const { hsm } = opened();
    const requestIds = ['a', 'b', 'c'];
    const attestations = await Promise.all(
      requestIds.map(async (requestId): Promise<Attestation> => ({
        claim: { kind: 'beginning', requestId },
        mac: await hsm.attestBeginning(requestId),
      })),
    );
    const [first, second, third] = attestations;
    if (first === undefined || second === undefined || third === undefined) throw new Error('not attested');
    expect(await hsm.checkAttestations([first, { ...second, mac: first.mac }, third])).toEqual([
      'authentic',
      'forged',
      'authentic',
    ]);
  });

  it('makes its own key for no other host', async () => {
    const reserved = lengthPrefixed('pinward:host-attestation-key', 'v1');
    for (const kind of ['lookup', 'otp'] as const) {
      await expect(opened().hsm.mac(kind, reserved)).rejects.toThrow('for the HSM host alone');
    }
    expect(opened().hsm.health().ready).toBe(true);
  });
}
