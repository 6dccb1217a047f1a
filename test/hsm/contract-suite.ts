import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EC_SIGNING_KINDS,
  EnvelopeUnreadable,
  HsmUnavailable,
  PROTECTED_AT_ONCE,
  SealBroken,
  PinVerifier,
  type EnrolPinResult,
  type PinEnvelope,
  type PinHsm,
  type RegisteredKey,
  type Sealed,
  type TransportKey,
  verifierHash,
} from '#libs/hsm';
import {
  bounds,
  CARD,
  envelopeFor,
  envelopeOf,
  garbage,
  OTHER_CARD,
  evaluationName,
  NEW_PLACE,
} from '../support/envelopes.js';
import { describeAttestation } from './attestation-suite.js';

/** Weak list of every HSM under test: longer than one batch, all PIN lengths' ends in it. */
export const WEAK_PINS = [
  '1234',
  '0000',
  '123456789012',
  '999999999999',
  ...Array.from({ length: 30 }, (_, index) => `55${index + 10}55`),
];
export const QUEUE_CAPACITY = 4;

export interface HsmUnderTest {
  /** The same keys each time; `currentWrapping` 2 is what a rotation leaves behind. */
  open(options: { readonly currentWrapping: 1 | 2 }): Promise<PinHsm>;
  readonly algorithm: TransportKey['alg'];
  /** Of sealed values: 12, which stand bare, unless the module makes others. */
  readonly ivBytes?: number;
}

/** Before an IV that does not stand bare. */
const HEADER_BYTES = 8;

/** The registered keys, with this generation of pin-wrapping as the current one. */
export function withCurrent(keys: readonly RegisteredKey[], generation: number): readonly RegisteredKey[] {
  return keys.map((key) =>
    key.kind === 'pin-wrapping'
      ? { ...key, state: key.generation === generation ? 'current' : 'accepted' }
      : key,
  );
}

/** The promises of the HSM contract, the same for every HSM. */
export function describeHsmContract(
  name: string,
  underTest: () => HsmUnderTest,
  { skip }: { readonly skip: string | null } = { skip: null },
): void {
  if (skip !== null) console.warn(`SKIPPED: the HSM contract on ${name}: ${skip}`);
  describe.skipIf(skip !== null)(`HSM contract on ${name}`, () => {
    let hsm: PinHsm;
    let key: TransportKey;

    beforeAll(async () => {
      hsm = await underTest().open({ currentWrapping: 1 });
      const [published] = hsm.transportKeys();
      if (published === undefined) throw new Error('no transport key is published');
      key = published;
    });
    afterAll(async () => {
      await hsm.close();
    });

    const match = async (envelope: PinEnvelope, verifier: PinVerifier, on = hsm, card = CARD) => {
      using place = on.reserve();
      const question = { card, evaluation: evaluationName(), envelope, verifier, bounds: bounds() };
      const { verdictMac, ...result } = await on.matchPin(place, question);
      expect(verdictMac.compared).toEqual(verifierHash(verifier));
      return result;
    };
    const enrol = async (pin: string | PinEnvelope, history: readonly PinVerifier[] = [], card = CARD) => {
      const weakPins = await hsm.tagWeakPins(card);
      using place = hsm.reserve();
      const envelope = typeof pin === 'string' ? await envelopeFor(pin, key, card) : pin;
      return await hsm.enrolPin(place, { card, ...NEW_PLACE, envelope, weakPins, history, bounds: bounds() });
    };
    const enrolled = async (pin: string, card = CARD) => verifierOf(await enrol(pin, [], card));

    it('publishes its current key', () => {
      expect(hsm.transportKeys()).toHaveLength(1);
      expect(key).toMatchObject({ alg: underTest().algorithm, e: 'AQAB', current: true, expiresAt: null });
      expect(hsm.transportKeyState(key.kid)).toBe('current');
      expect(hsm.transportKeyState('pin-transport-99')).toBeUndefined();
      expect(hsm.health().ready).toBe(true);
    });

    it.each(['4832', '90817', '908172635445'])('matches the PIN that was enrolled: %s', async (pin) => {
      const verifier = await enrolled(pin);
      expect(verifier).toMatchObject({ generation: 1 });
      expect([verifier.salt.length, verifier.value.length]).toEqual([16, 32]);
      expect([verifier.salt, verifier.value].every(Buffer.isBuffer)).toBe(true);
      expect(await match(await envelopeFor(pin, key), verifier)).toEqual({ matched: true, renewed: null });
    });

    it.each(['4833', '04832', '48320', '908172635445'])('does not match another PIN: %s', async (other) => {
      expect(await match(await envelopeFor(other, key), await enrolled('4832'))).toEqual({ matched: false });
    });

    it('takes an envelope of another card for a wrong PIN', async () => {
      const verifier = await enrolled('4832');
      expect(await match(await envelopeFor('4832', key, OTHER_CARD), verifier)).toEqual({ matched: false });
    });

    it('binds a verifier to card, tenant, generation and salt', async () => {
      const { generation, salt, value } = await enrolled('4832');
      const envelope = await envelopeFor('4832', key);
      const otherSalt = new PinVerifier(generation, Buffer.alloc(16, 1), value);
      expect(await match(envelope, otherSalt)).toEqual({ matched: false });
      const verifier = new PinVerifier(generation, salt, value);
      expect(await match(envelope, verifier, hsm, { ...CARD, tenantId: 'other' })).toEqual({
        matched: false,
      });
      expect(await match(envelope, verifier)).toMatchObject({ matched: true });
    });

    it('salts: equal PINs get unequal verifiers', async () => {
      const [one, other] = [await enrolled('4832'), await enrolled('4832')];
      expect(one.salt.equals(other.salt)).toBe(false);
      expect(one.value.equals(other.value)).toBe(false);
    });

    it('finds what is no ciphertext unreadable, on match and on enrolment', async () => {
      const verifier = await enrolled('4832');
      await expect(match(garbage(key), verifier)).rejects.toBeInstanceOf(EnvelopeUnreadable);
      await expect(enrol(garbage(key))).rejects.toBeInstanceOf(EnvelopeUnreadable);
    });

    it.each([0, 8, 17, 32])('finds a field of %i bytes unreadable', async (length) => {
      const envelope = envelopeOf(Buffer.alloc(length, 7), key);
      await expect(match(envelope, await enrolled('4832'))).rejects.toBeInstanceOf(EnvelopeUnreadable);
    });

    it.each(['1234', '0000', '553955', '123456789012', '999999999999'])('refuses weak %s', async (pin) => {
      expect(await enrol(pin)).toEqual({ outcome: 'too-weak' });
    });

    it('tags every weak PIN anew each time, and in no order of the list', async () => {
      const [one, other] = [await hsm.tagWeakPins(CARD), await hsm.tagWeakPins(CARD)];
      expect(one.tags).toHaveLength(WEAK_PINS.length * 32);
      expect(one.nonce.equals(other.nonce)).toBe(false);
      expect(one.tags.equals(other.tags)).toBe(false);
      const tags = Array.from({ length: WEAK_PINS.length }, (_, index) =>
        one.tags.toString('hex', index * 32, index * 32 + 32),
      );
      expect(new Set(tags).size).toBe(WEAK_PINS.length);
      expect(tags).toEqual(tags.toSorted());
    });

    it('does not find a PIN weak by the tags of another card', async () => {
      const weakPins = await hsm.tagWeakPins(OTHER_CARD);
      using place = hsm.reserve();
      const request = { card: CARD, ...NEW_PLACE, weakPins, history: [], bounds: bounds() };
      const result = await hsm.enrolPin(place, { ...request, envelope: await envelopeFor('1234', key) });
      expect(result.outcome).toBe('enrolled');
    });

    it('refuses a PIN that comes back, wherever in the history it is', async () => {
      const history = [await enrolled('4832'), await enrolled('7391'), await enrolled('902755')];
      expect(await enrol('4832', history)).toEqual({ outcome: 'reused' });
      expect(await enrol('902755', history)).toEqual({ outcome: 'reused' });
      expect((await enrol('2755', history)).outcome).toBe('enrolled');
    });

    it('renews a verifier of an older generation on a match, and only then', async () => {
      const older = await enrolled('4832');
      const rotated = await underTest().open({ currentWrapping: 2 });
      try {
        expect(await match(await envelopeFor('4833', key), older, rotated)).toEqual({ matched: false });
        const result = await match(await envelopeFor('4832', key), older, rotated);
        const renewed = result.matched ? result.renewed : null;
        if (renewed === null) throw new Error('was not renewed');
        expect(renewed).toMatchObject({ generation: 2 });
        expect(renewed).toBeInstanceOf(PinVerifier);
        const again = await match(await envelopeFor('4832', key), renewed, rotated);
        expect(again).toEqual({ matched: true, renewed: null });
      } finally {
        await rotated.close();
      }
    });

    it('refuses to start late, and to answer for a generation it does not hold', async () => {
      const verifier = await enrolled('4832');
      const request = { card: CARD, evaluation: evaluationName(), envelope: await envelopeFor('4832', key) };
      using place = hsm.reserve();
      const late = bounds({ startMs: -1, endMs: 5_000 });
      await expect(hsm.matchPin(place, { ...request, verifier, bounds: late })).rejects.toThrow(
        HsmUnavailable,
      );
      const unknown = new PinVerifier(9, verifier.salt, verifier.value);
      await expect(match(request.envelope, unknown)).rejects.toBeInstanceOf(HsmUnavailable);
      await expect(match({ ...request.envelope, kid: 'pin-transport-9' }, verifier)).rejects.toThrow(
        HsmUnavailable,
      );
    });

    it('refuses places beyond its capacity, and work without a place', async () => {
      const places = Array.from({ length: QUEUE_CAPACITY }, () => hsm.reserve());
      expect(() => hsm.reserve()).toThrow(HsmUnavailable);
      await expect(hsm.mac('lookup', Buffer.from('x'))).rejects.toBeInstanceOf(HsmUnavailable);
      for (const place of places) place[Symbol.dispose]();
      const [place] = places;
      if (place === undefined) throw new Error('no place');
      const request = {
        card: CARD,
        evaluation: evaluationName(),
        envelope: garbage(key),
        verifier: await enrolled('4832'),
        bounds: bounds(),
      };
      await expect(hsm.matchPin(place, request)).rejects.toBeInstanceOf(HsmUnavailable);
    });

    it('makes MACs that depend on every byte', async () => {
      const macs = [
        hsm.mac('lookup', Buffer.from('a')),
        hsm.mac('lookup', Buffer.from('a'), 1),
        hsm.mac('lookup', Buffer.from('b')),
        hsm.mac('otp', Buffer.from('a')),
      ];
      const [one, same, other, ofAnotherKey] = (await Promise.all(macs)).map(({ generation, value }) => {
        expect(generation).toBe(1);
        expect(value).toHaveLength(32);
        return value.toString('hex');
      });
      expect(same).toBe(one);
      expect(new Set([one, other, ofAnotherKey]).size).toBe(3);
      await expect(hsm.mac('otp', Buffer.from('a'), 9)).rejects.toBeInstanceOf(HsmUnavailable);
    });

    it('seals values that open in their own place alone', async () => {
      const owner = ['tenant', 'table.column', 'row'];
      const value = Buffer.from('4111111111111111');
      const [sealed, again] = [
        await hsm.seal('card-vault', value, owner),
        await hsm.seal('card-vault', value, owner),
      ];
      // IV, as many bytes as the value has, tag.
      const { ivBytes = 12 } = underTest();
      const header = ivBytes === 12 ? 0 : HEADER_BYTES;
      const behindIv = header + ivBytes;
      expect(sealed.bytes).toHaveLength(behindIv + value.length + 16);
      expect(sealed.generation).toBe(1);
      expect(sealed.bytes.equals(again.bytes)).toBe(false);
      const ivOf = ({ bytes }: Sealed) => bytes.subarray(header, behindIv);
      expect(ivOf(sealed).equals(ivOf(again))).toBe(false);
      expect(await hsm.open('card-vault', sealed, owner)).toEqual(value);

      const open = async (bytes: Buffer, place = owner) =>
        await hsm.open('card-vault', { generation: 1, bytes }, place);
      for (const index of [0, header, behindIv - 1, behindIv, sealed.bytes.length - 1]) {
        const edited = Buffer.from(sealed.bytes);
        edited.writeUInt8(edited.readUInt8(index) ^ 1, index);
        await expect(open(edited)).rejects.toBeInstanceOf(SealBroken);
      }
      for (const length of [0, header, behindIv, behindIv + 15, sealed.bytes.length - 1]) {
        await expect(open(sealed.bytes.subarray(0, length))).rejects.toBeInstanceOf(SealBroken);
      }
      for (const elsewhere of [
        ['another', 'table.column', 'row'],
        ['tenant', 'table.column', 'another'],
        [],
      ]) {
        await expect(open(sealed.bytes, elsewhere)).rejects.toBeInstanceOf(SealBroken);
      }
      await expect(hsm.open('secrets', sealed, owner)).rejects.toBeInstanceOf(SealBroken);
      await expect(hsm.open('card-vault', { ...sealed, generation: 9 }, owner)).rejects.toBeInstanceOf(
        HsmUnavailable,
      );
      // A seal that was broken is no trouble of the device.
      expect(await hsm.open('card-vault', again, owner)).toEqual(value);
      expect(hsm.health().ready).toBe(true);
    });

    it('protects many values in one operation, each as it would be alone', async () => {
      const place = (row: string) => ['tenant', 'table.column', row];
      const values = ['4111111111111111', '12/29', 'Ada Lovelace'].map((text) => Buffer.from(text));
      const seals = values.map((value, row) => ({
        kind: 'card-vault' as const,
        value,
        associatedData: place(String(row)),
      }));
      const macs = [{ kind: 'lookup' as const, input: Buffer.from('a') }];
      const made = await hsm.protect({ tenantId: 'tenant', seals, macs });
      for (const [row, sealed] of made.seals.entries()) {
        expect(sealed.generation).toBe(1);
        expect(await hsm.open('card-vault', sealed, place(String(row)))).toEqual(values[row]);
        await expect(hsm.open('card-vault', sealed, place('another'))).rejects.toBeInstanceOf(SealBroken);
      }
      expect(made.macs).toEqual([await hsm.mac('lookup', Buffer.from('a'))]);
      expect(await hsm.protect({ tenantId: 'tenant', seals: [], macs: [] })).toEqual({ seals: [], macs: [] });
      const many = Array.from({ length: PROTECTED_AT_ONCE }, () => macs).flat();
      expect((await hsm.protect({ tenantId: 'tenant', seals: [], macs: many })).macs).toHaveLength(
        many.length,
      );
      await expect(
        hsm.protect({ tenantId: 'tenant', seals: [], macs: [...many, ...macs] }),
      ).rejects.toBeInstanceOf(HsmUnavailable);
    });

    it('signs so that a holder of the published key can tell', async () => {
      const [published] = hsm.signingKeys('token-signing');
      if (published === undefined) throw new Error('no signing key is published');
      expect(published).toMatchObject({ kid: 'token-signing-1', e: 'AQAB', current: true, expiresAt: null });
      const { n, e } = published;
      const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
      const inputs = ['a', 'b', 'header.payload'].map((text) => Buffer.from(text));
      const signatures = await Promise.all(inputs.map((input) => hsm.sign('token-signing', input)));
      for (const [index, { kid, value }] of signatures.entries()) {
        expect(kid).toBe(published.kid);
        const signed = inputs.map((input) => verify('sha256', input, publicKey, value));
        expect(signed).toEqual(inputs.map((_, other) => other === index));
      }
    });

    it.each(EC_SIGNING_KINDS)(
      'signs with its %s key, so that a holder of the published key can tell',
      async (kind) => {
        const [published] = hsm.signingKeys(kind);
        if (published === undefined) throw new Error('no signing key is published');
        expect(published).toMatchObject({ kid: `${kind}-1`, current: true, expiresAt: null });
        const { x, y } = published;
        const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
        const verifier = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
        const { kid, value } = await hsm.sign(kind, Buffer.from('tree head'));
        expect(kid).toBe(published.kid);
        expect(value).toHaveLength(64);
        expect(verify('sha256', Buffer.from('tree head'), verifier, value)).toBe(true);
        expect(verify('sha256', Buffer.from('other head'), verifier, value)).toBe(false);
      },
    );

    describeAttestation(() => ({ hsm, key }));

    it('ends intake when it is closed', async () => {
      const closing = await underTest().open({ currentWrapping: 1 });
      await closing.close();
      expect(() => closing.reserve()).toThrow(HsmUnavailable);
      expect(closing.health().ready).toBe(false);
      await closing.close();
    });
  });
}

function verifierOf(result: EnrolPinResult): PinVerifier {
  if (result.outcome !== 'enrolled') throw new Error(`was refused: ${result.outcome}`);
  return result.verifier;
}
