import { createHash, createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PinVerifier } from '../contract/pin-verifier.js';
import { lengthPrefixed } from './verifier-mac.js';
import { ATTESTATION_KEY_MESSAGE, AttestationKeys, isReserved, verifierHash } from './attestation.js';

const card = { tenantId: 'default', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const evaluation = { evaluationId: 'e', operation: 'validate', eventNo: '3' } as const;
const verifier = new PinVerifier(1, Buffer.alloc(16, 1), Buffer.alloc(32, 2));

/** HMAC-SHA256 over the parts, each behind its length in two bytes. */
function macOf(key: Buffer, ...parts: readonly (string | Buffer)[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) {
    const length = Buffer.byteLength(part);
    mac.update(Buffer.of(length >> 8, length & 0xff)).update(part);
  }
  return mac.digest();
}

describe('attestation keys', () => {
  it('say nothing of themselves, and are zeroed at the end', () => {
    const key = Buffer.alloc(32, 0xa7);
    const keys = new AttestationKeys(new Map([[1, key]]), 1);
    for (const text of [String(keys), JSON.stringify(keys), inspect(keys), inspect({ keys }, { depth: 9 })]) {
      expect(text).toContain('redacted');
      expect(text).not.toMatch(/a7a7|167/);
    }
    keys[Symbol.dispose]();
    expect(key).toEqual(Buffer.alloc(32));
  });

  it('sign with the current generation, and still know the earlier ones', () => {
    const old = Buffer.alloc(32, 1);
    const before = new AttestationKeys(new Map([[1, Buffer.from(old)]]), 1);
    const after = new AttestationKeys(
      new Map([
        [1, old],
        [2, Buffer.alloc(32, 2)],
      ]),
      2,
    );
    const mac = before.verdict(card, evaluation, { verdict: 'matched', compared: verifier });
    const claim = { kind: 'verdict', ...card, ...evaluation, verdict: 'matched' } as const;
    const compared = verifierHash(verifier);
    expect(after.check({ claim: { ...claim, compared }, mac })).toBe('authentic');
    expect(after.verdict(card, evaluation, { verdict: 'matched', compared: verifier }).generation).toBe(2);
    expect(after.check({ claim: { ...claim, compared }, mac: { ...mac, generation: 2 } })).toBe('forged');
  });

  it('never take one kind of claim for another, nor move bytes from one part to the next', () => {
    const keys = new AttestationKeys(new Map([[1, Buffer.alloc(32, 3)]]), 1);
    const mac = keys.verdict(
      { tenantId: 't1', cardId: '23' },
      { ...evaluation, evaluationId: 'e1' },
      { verdict: 'matched', compared: null },
    );
    const claim = { kind: 'verdict', ...evaluation, verdict: 'matched', compared: Buffer.alloc(0) } as const;
    const of = (tenantId: string, cardId: string) =>
      keys.check({ claim: { ...claim, evaluationId: 'e1', tenantId, cardId }, mac });
    expect([of('t1', '23'), of('t12', '3')]).toEqual(['authentic', 'forged']);
    expect(keys.check({ claim: { kind: 'beginning', requestId: 't1' }, mac })).toBe('forged');
  });

  it('sign bytes that never change: what was attested once is checked for years', () => {
    const key = Buffer.alloc(32, 5);
    const keys = new AttestationKeys(new Map([[1, key]]), 1);
    const hash = createHash('sha256')
      .update(Buffer.concat([Buffer.alloc(32, 2), Buffer.alloc(16, 1), Buffer.of(0, 0, 0, 1)]))
      .digest();
    const { tenantId, cardId } = card;
    expect(keys.verdict(card, evaluation, { verdict: 'matched', compared: verifier })).toEqual({
      generation: 1,
      value: macOf(
        key,
        'pinward:attested-verdict:v1',
        tenantId,
        cardId,
        'e',
        '3',
        'validate',
        'matched',
        hash,
      ),
      compared: hash,
    });
    expect(keys.bound(verifier, { card, eventNo: '7' }).mac).toEqual({
      generation: 1,
      value: macOf(key, 'pinward:attested-verifier:v1', tenantId, cardId, '7', hash),
    });
    expect(keys.beginning('r1')).toEqual({
      generation: 1,
      value: macOf(key, 'pinward:attested-beginning:v1', 'r1'),
    });
  });

  it('tell a key that is not held from a forgery, and a part of a MAC from the whole', () => {
    const keys = new AttestationKeys(new Map([[1, Buffer.alloc(32, 3)]]), 1);
    const claim = { kind: 'beginning', requestId: 'r1' } as const;
    const mac = keys.beginning('r1');
    expect(keys.check({ claim, mac })).toBe('authentic');
    expect(keys.check({ claim, mac: { ...mac, generation: 2 } })).toBe('unknown-key');
    expect(keys.check({ claim, mac: { ...mac, value: mac.value.subarray(1) } })).toBe('forged');
    const unready = new AttestationKeys(new Map([[1, Buffer.alloc(32, 3)]]), 2);
    expect(() => unready.beginning('r1')).toThrow('no current attestation key');
  });

  it('are made of a text that nobody else gets an HMAC of, whatever follows it', () => {
    expect(isReserved(ATTESTATION_KEY_MESSAGE)).toBe(true);
    expect(isReserved(lengthPrefixed('pinward:host-attestation-key', 'v2'))).toBe(true);
    expect(isReserved(lengthPrefixed('pinward:request-fingerprint-key:v1'))).toBe(false);
    expect(isReserved(Buffer.alloc(0))).toBe(false);
  });
});
