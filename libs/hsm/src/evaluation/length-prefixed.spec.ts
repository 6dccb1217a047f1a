import { describe, expect, it } from 'vitest';
import { lengthPrefixed } from './verifier-mac.js';

describe('lengthPrefixed', () => {
  it('puts two bytes of length, big endian, before each part', () => {
    expect(lengthPrefixed('t1', '23-card').toString('hex')).toBe('00027431000732332d63617264');
    expect(lengthPrefixed('é', Buffer.alloc(256, 1)).toString('hex')).toBe(`0002c3a90100${'01'.repeat(256)}`);
    expect(lengthPrefixed('').toString('hex')).toBe('0000');
  });

  it('tells the same bytes, cut elsewhere, apart', () => {
    const cuts = [['t1', '23-card'], ['t12', '3-card'], ['t123-card'], ['t123-card', '']];
    expect(new Set(cuts.map((parts) => lengthPrefixed(...parts).toString('hex'))).size).toBe(cuts.length);
  });

  it('reads a view of a larger buffer by its own bounds', () => {
    const view = new Uint8Array(Buffer.from('xxabyy').buffer.slice(0), 0, 0);
    expect(lengthPrefixed(view).toString('hex')).toBe('0000');
    expect(lengthPrefixed(Buffer.from('xxabyy').subarray(2, 4)).toString('hex')).toBe('00026162');
  });

  it('refuses a part whose length has no room', () => {
    expect(() => lengthPrefixed(Buffer.alloc(65_536))).toThrow(RangeError);
    expect(lengthPrefixed(Buffer.alloc(65_535))).toHaveLength(65_537);
  });
});
