import { describe, expect, it } from 'vitest';
import { SealBroken } from '../contract/faults.js';
import { parseSealedForm, sealedForm } from './sealed-form.js';

const sealed = Buffer.from('ciphertext, and a tag of 16 bytes');
const MARKED_BY_CHANCE = Buffer.from('70696e77617264100102030405', 'hex').subarray(0, 12);

describe('the stored form of a sealed value', () => {
  it('stands as it always has behind an IV of 12 bytes', () => {
    // Its eighth byte could be a length.
    const iv = Buffer.alloc(12, 14);
    expect(sealedForm({ iv, sealed })).toEqual(Buffer.concat([iv, sealed]));
    expect(parseSealedForm(Buffer.concat([iv, sealed]))).toEqual({ iv, sealed });
  });

  it.each([
    ['of 16 bytes', Buffer.alloc(16, 9)],
    ['of 13 bytes', Buffer.alloc(13, 9)],
    ['that looks like a header', MARKED_BY_CHANCE],
  ])('carries an IV %s behind a header', (_, iv) => {
    const bytes = sealedForm({ iv, sealed });
    expect(bytes.subarray(0, 8).toString('latin1')).toBe(`pinward${String.fromCharCode(iv.length)}`);
    expect(parseSealedForm(bytes)).toEqual({ iv, sealed });
  });

  it.each([11, 17, 0])('takes a mark before an impossible length, %i, for a bare IV', (length) => {
    const bytes = Buffer.concat([Buffer.from('pinward'), Buffer.of(length), Buffer.alloc(40, 1)]);
    expect(parseSealedForm(bytes).iv).toEqual(bytes.subarray(0, 12));
  });

  it('finds too few bytes broken, with a header and without', () => {
    const marked = sealedForm({ iv: Buffer.alloc(16, 9), sealed: Buffer.alloc(16) });
    const bare = sealedForm({ iv: Buffer.alloc(12, 9), sealed: Buffer.alloc(16) });
    expect(parseSealedForm(marked).sealed).toHaveLength(16);
    for (const whole of [marked, bare]) {
      for (let length = 0; length < whole.length; length += 1) {
        expect(() => parseSealedForm(whole.subarray(0, length))).toThrow(SealBroken);
      }
    }
  });
});
