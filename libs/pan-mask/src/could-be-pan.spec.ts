import { describe, expect, it } from 'vitest';
import { couldBePan } from './could-be-pan.js';
import { hasCheckDigit } from './issued-numbers.js';

/** The number with its check digit. */
function issued(head: string, length: number): string {
  const payload = head.padEnd(length - 1, '0123456789');
  const digit = Array.from({ length: 10 }, (_, last) => `${payload}${last}`).find(hasCheckDigit);
  return digit ?? payload;
}

/** Published test numbers, one or more of each scheme. */
const ISSUED = [
  '4222222222222',
  '4111111111111111',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '30569309025904',
  '6011111111111117',
  '3566002020360505',
  '6200000000000005',
  '6205500000000000004',
  '6759649826438453',
  issued('6304', 16),
  issued('2200', 16),
  issued('5066', 16),
  issued('67034', 17),
];

describe('a card number', () => {
  it.each([...ISSUED, issued('4', 19), issued('36', 14), issued('8100', 16), issued('5018', 13)])(
    'is one by itself: %s',
    (number) => {
      expect(couldBePan(number)).toBe(true);
    },
  );

  it.each([
    '4111-1111-1111-1111',
    '4111 1111 1111 1111',
    '4111.1111.1111.1111',
    '4111 - 1111 - 1111 - 1111',
    '4111\u00A01111\u00A01111\u00A01111',
    '4\u200B111111111111111',
    '3782 822463 10005',
    '3056-930902-5904',
    '620550 0000000000004',
    '6205 5000 0000 0000 004',
    issued('622', 18).replaceAll(/(.{4})/g, '$1-'),
    '٤١١١١١١١١١١١١١١١',
    '4111111111111111',
  ])('is one as people and programs write it: %s', (text) => {
    expect(couldBePan(text)).toBe(true);
  });

  it.each([
    'pan:4111111111111111',
    'card_4111111111111111_2027',
    'pan4111111111111111',
    'PAN4111111111111111EUR',
    'order-4111-1111-1111-1111-2',
    '41111111-1111-4111-8111-111111111111-4111111111111111',
    '2026-11-28/4111111111111111',
    '2026-4111-1111-1111-1111',
  ])('is one among other words: %s', (text) => {
    expect(couldBePan(text)).toBe(true);
  });

  it.each([
    '45567375-8689-9855-0000-000000000000',
    '45567375-8689-9855-0000-000000000001',
    '45567375-8689-9855-ffff-ffffffffffff',
    '00000000-0000-0000-4556-737586899855',
    '00000000-0000-4556-7375-868998550000',
    '45567375868998550000000000000000',
    '4556737586899855FFFF',
    'id-45567375-8689-9855-0000-000000000000',
  ])('is one in the shape of an id: %s', (text) => {
    expect(couldBePan(text)).toBe(true);
  });
});

describe('no card number', () => {
  it.each([
    ['a wrong check digit', '4111111111111112'],
    ['no scheme of these first digits', '9999999999999995'],
    ['no number of that length in the scheme', issued('4', 14)],
    ['part of a longer number', `1${ISSUED[0]}00000000`],
    ['part of a hexadecimal id', 'a4111111111111111b'],
    ['a retrieval reference number', '532253086179'],
    ['milliseconds', 'req-1795906800000'],
    ['microseconds', '1795906800000000'],
    ['a time', '20261128170332123'],
    ['a UUID of digits alone', '41111111-1111-4111-8111-111111111111'],
    ['the same without hyphens', '41111111111141118111111111111111'],
    ['a UUID that begins as a card number does', '41111111-1111-4107-8111-111111111111'],
    ['a W3C traceparent', '00-3fdfefd32e09fec40e8208677ed074fd-4111111111111111-01'],
    ['a B3 header', '3fdfefd32e09fec40e8208677ed074fd-4111111111111111-1-4222222222222222'],
    ['words', 'order-2026-11-23'],
    ['nothing', ''],
  ])('is %s: %s', (_, text) => {
    expect(couldBePan(text)).toBe(false);
  });
});
