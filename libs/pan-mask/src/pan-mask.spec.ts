import { describe, expect, it } from 'vitest';
import { looksLikePan, maskPanLike } from './pan-mask.js';

describe('masking what could be a PAN', () => {
  it.each([
    ['4111111111111111', 'XXXX1111'],
    ['card 4111 1111 1111 1111 blocked', 'card XXXX1111 blocked'],
    ['4111-1111-1111-1111', 'XXXX1111'],
    ['4111.1111.1111.1111', 'XXXX1111'],
    ['4111 - 1111 - 1111 - 1111', 'XXXX1111'],
    ['٤١١١١١١١١١١١١١١١', 'XXXX١١١١'],
    ['4\u200b111111111111111', 'XXXX1111'],
    ['6304000000000000', 'XXXX0000'],
    ['123456789012', 'XXXX9012'],
  ])('masks %s', (text, masked) => {
    expect(maskPanLike(text)).toBe(masked);
    expect(looksLikePan(text)).toBe(true);
  });

  it.each(['customer called 3 times', 'ticket 12345678901', 'order-2026-11-23', ''])(
    'leaves %s alone',
    (text) => {
      expect(maskPanLike(text)).toBe(text);
      expect(looksLikePan(text)).toBe(false);
    },
  );

  it.each([
    '41111111-1111-4111-8111-111111111111',
    'card-41111111-1111-4111-8111-111111111111',
    '41111111111141118111111111111111',
  ])('takes %s for a UUID, not for a PAN', (reference) => {
    expect(looksLikePan(reference)).toBe(false);
  });

  it('sees a PAN beside a UUID', () => {
    expect(looksLikePan('41111111-1111-4111-8111-111111111111-4111111111111111')).toBe(true);
  });

  it('masks a longer run of digits too: a PAN may hide inside it', () => {
    expect(maskPanLike('00004111111111111111000')).not.toContain('411111111111');
  });
});
