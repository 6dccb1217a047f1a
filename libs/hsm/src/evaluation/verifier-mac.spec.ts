import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PinVerifier } from '../contract/pin-verifier.js';
import { isWeakPin, matchesVerifier, verifierValue, weakPinTag } from './verifier-mac.js';

const r0 = Buffer.from('000102030405060708090a0b0c0d0e0f1011121314151617', 'hex');
const card = { tenantId: 'default', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
const salt = Buffer.from('a0a1a2a3a4a5a6a7a8a9aaabacadaeaf', 'hex');

/**
 * The MAC's input written out by hand from docs/pin-envelope.md: if it changed, no stored verifier would match any
 * more.
 */
const VERIFIER_INPUT = [
  `0013${Buffer.from('pinward:verifier:v1').toString('hex')}`,
  `0007${Buffer.from('default').toString('hex')}`,
  `0024${Buffer.from(card.cardId).toString('hex')}`,
  `0001${Buffer.from('7').toString('hex')}`,
  `0010${salt.toString('hex')}`,
].join('');

describe('verifier values', () => {
  it('are HMAC-SHA256 under R0 over the documented input', () => {
    const expected = createHmac('sha256', r0).update(Buffer.from(VERIFIER_INPUT, 'hex')).digest('hex');
    expect(verifierValue(r0, { card, generation: 7, salt }).toString('hex')).toBe(expected);
    // Golden: computed once with OpenSSL (openssl dgst -sha256 -mac HMAC) from the two hexadecimal texts above.
    expect(expected).toBe('77ef6136316ce8828ffa5a5bcbb3fcde606d02ab8a15b69fa221f9be6539e0a9');
  });

  it('match by value, and only the whole of it', () => {
    const value = verifierValue(r0, { card, generation: 7, salt });
    expect(matchesVerifier(r0, card, new PinVerifier(7, salt, value))).toBe(true);
    expect(matchesVerifier(r0, card, new PinVerifier(8, salt, value))).toBe(false);
    expect(matchesVerifier(r0, card, new PinVerifier(7, salt, value.subarray(0, 31)))).toBe(false);
    expect(matchesVerifier(r0, card, new PinVerifier(7, salt, Buffer.alloc(0)))).toBe(false);
    const flipped = Buffer.from(value);
    flipped[31] = (flipped[31] ?? 0) ^ 1;
    expect(matchesVerifier(r0, card, new PinVerifier(7, salt, flipped))).toBe(false);
  });
});

describe('weak PIN tags', () => {
  const nonce = Buffer.alloc(16, 3);
  const others = [1, 2, 3].map((byte) => weakPinTag(Buffer.alloc(24, byte), nonce));

  it.each([0, 1, 2, 3])('hit wherever they are: place %i', (place) => {
    const tags = Buffer.concat(others.toSpliced(place, 0, weakPinTag(r0, nonce)));
    expect(isWeakPin(r0, { nonce, tags })).toBe(true);
    expect(isWeakPin(r0, { nonce: Buffer.alloc(16, 4), tags })).toBe(false);
  });

  it('miss otherwise, also an empty list', () => {
    expect(isWeakPin(r0, { nonce, tags: Buffer.concat(others) })).toBe(false);
    expect(isWeakPin(r0, { nonce, tags: Buffer.alloc(0) })).toBe(false);
  });

  it('are no verifier values: the contexts differ', () => {
    const input = createHmac('sha256', r0).update(Buffer.from(VERIFIER_INPUT, 'hex')).digest();
    expect(weakPinTag(r0, salt).equals(input)).toBe(false);
  });
});
