import { createHash } from 'node:crypto';

export interface PinVector {
  readonly cardId: string;
  readonly pin: string;
  readonly pinAccount: string;
}

export const CARD = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const DUMMY = '00000000-0000-4000-8000-000000000000';
const LETTERS = 'abcdefab-cdef-4abc-8def-abcdefabcdef';

/** Every length of a PIN, and card ids with and without letters. */
const INPUTS: readonly PinVector[] = [
  { cardId: CARD, pin: '1234', pinAccount: '987654321098' },
  { cardId: DUMMY, pin: '123456789012', pinAccount: '000000000000' },
  { cardId: CARD, pin: '123456789012', pinAccount: '555555123456' },
  { cardId: CARD, pin: '0000', pinAccount: '000000000000' },
  { cardId: CARD, pin: '40717', pinAccount: '999999999999' },
  { cardId: LETTERS, pin: '902613', pinAccount: '040000012345' },
  { cardId: LETTERS, pin: '7350918', pinAccount: '401234567890' },
  { cardId: LETTERS, pin: '87654321', pinAccount: '600002000041' },
  { cardId: DUMMY, pin: '123456789', pinAccount: '555555123456' },
  { cardId: DUMMY, pin: '0192837465', pinAccount: '000000000000' },
  { cardId: DUMMY, pin: '90817263540', pinAccount: '987654321098' },
];

/** docs/pin-envelope.md, sections 1 and 2, written once more: what makes vectors is not what they test. */
export function fieldOf({ cardId, pin, pinAccount }: PinVector) {
  const digits = `0${pin.length.toString(16)}${pin}`.padEnd(16, 'F');
  const pinBlock = (BigInt(`0x${digits}`) ^ BigInt(`0x${pinAccount}`)).toString(16).padStart(16, '0');
  const digest = createHash('sha256').update(`pinward:card:${cardId}`).digest('hex');
  const cardBinding = digest.slice(0, 16).toUpperCase();
  return {
    pinBlock: pinBlock.toUpperCase(),
    cardBinding,
    pinField: `${pinBlock.toUpperCase()}${cardBinding}`,
  };
}

export function pinFieldVectors() {
  return {
    title: 'PIN fields: the 16 bytes that are encrypted (docs/pin-envelope.md, section 2)',
    vectors: INPUTS.map((input) => ({ ...input, ...fieldOf(input) })),
  };
}
