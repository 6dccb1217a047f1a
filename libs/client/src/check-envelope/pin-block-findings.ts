import type { EnvelopeFindingCode } from './findings.js';

const FILL = 0xf;
const NIBBLES = 16;
const ACCOUNT_OFFSET = 4;
/** A shift that so few digits agree with is chance. */
const DIGITS_AT_LEAST = 3;
/** PANs have 13 to 19 digits, so that 0 to 6 stand before the 12 of a PIN account. */
const LONGEST_SHIFT = 6;

type Nibbles = readonly number[];

export interface PinOfBlock {
  readonly pin: string | undefined;
  readonly pinAccount: string;
}

/**
 * What is wrong with the 8 bytes that should be the PIN block of ISO 9564-1 format 0. Formats: ISO 9564-1:2017, section 9.3.
 * Each reading leaves hardly anything to chance: fill and digits have to be what they should be at every place.
 */
export function pinBlockFindings(block: Uint8Array, expected: PinOfBlock): readonly EnvelopeFindingCode[] {
  const nibbles = nibblesOf(block);
  const account = [0, 0, 0, 0, ...digitsOf(expected.pinAccount)];
  const pin = readFormat0(nibbles, account);
  if (pin !== null) return expected.pin === undefined || pin === expected.pin ? [] : ['PIN_OTHER'];
  if (readFormat0(nibblesOf(block.toReversed()), account) !== null) return ['PIN_BLOCK_BYTE_ORDER'];
  if (isAsciiPin(block)) return ['PIN_BLOCK_ASCII'];
  const zeros = nibbles.map(() => 0);
  if (readFormat0(nibbles, zeros) !== null) return ['PIN_BLOCK_NOT_XORED'];
  if (hasOtherFill(nibbles, account)) return ['PIN_BLOCK_FILL'];
  if (hasOtherFill(nibbles, zeros)) return ['PIN_BLOCK_NOT_XORED', 'PIN_BLOCK_FILL'];
  const format = otherFormat(nibbles);
  return [format ?? accountFinding(nibbles, expected) ?? 'PIN_BLOCK_UNKNOWN'];
}

/** Format 4 before its encipherment: 16 bytes, the second half random (ISO 9564-1:2017, section 9.3.6.2). */
export function isFormat4(field: Uint8Array): boolean {
  const nibbles = nibblesOf(field).slice(0, NIBBLES);
  return nibbles[0] === 4 && isFilled(nibbles, (nibble) => nibble === 0xa);
}

function readFormat0(nibbles: Nibbles, account: Nibbles): string | null {
  const clear = xored(nibbles, account);
  if (clear[0] !== 0 || !isFilled(clear, (nibble) => nibble === FILL)) return null;
  return clear.slice(2, 2 + lengthIn(clear)).join('');
}

/** Whether a length, as many digits and the fill follow the first nibble. */
function isFilled(nibbles: Nibbles, isFill: (nibble: number) => boolean): boolean {
  const end = 2 + lengthIn(nibbles);
  if (end < 6 || end > 14) return false;
  return nibbles.slice(2, end).every((nibble) => nibble <= 9) && nibbles.slice(end).every(isFill);
}

function lengthIn(nibbles: Nibbles): number {
  return nibbles[1] ?? 0;
}

/** 0 or a letter all along. */
function hasOtherFill(nibbles: Nibbles, account: Nibbles): boolean {
  const clear = xored(nibbles, account);
  const last = clear.at(-1) ?? 0;
  return clear[0] === 0 && (last === 0 || last > 9) && isFilled(clear, (nibble) => nibble === last);
}

function otherFormat(nibbles: Nibbles): EnvelopeFindingCode | null {
  const [control] = nibbles;
  if (control === 1 && isFilled(nibbles, () => true)) return 'PIN_BLOCK_FORMAT_1';
  if (control === 2 && isFilled(nibbles, (nibble) => nibble === FILL)) return 'PIN_BLOCK_FORMAT_2';
  // XORed with whatever account: its first four nibbles tell, two of them digits.
  const isPinBegun = nibbles.slice(2, 4).every((nibble) => nibble <= 9);
  const length = lengthIn(nibbles);
  if (control === 3 && length >= 4 && length <= 12 && isPinBegun) return 'PIN_BLOCK_FORMAT_3';
  if (control === 4 && isFilled(nibbles, (nibble) => nibble === 0xa)) return 'PIN_BLOCK_FORMAT_4';
  return null;
}

/** By the digits of the PIN account that the block was made with, as far as PIN and fill tell them. */
function accountFinding(nibbles: Nibbles, { pin, pinAccount }: PinOfBlock): EnvelopeFindingCode | null {
  const digits = digitsOf(pinAccount);
  for (let before = 0; before < ACCOUNT_OFFSET; before += 1) {
    const shifted = [...zerosOf(before), ...digits, ...zerosOf(ACCOUNT_OFFSET - before)];
    if (readFormat0(nibbles, shifted) !== null) return 'PIN_ACCOUNT_SHIFTED';
  }
  const length = lengthIn(nibbles);
  if (nibbles[0] !== 0 || length < 4 || length > 12) return null;
  const used = usedAccount(nibbles, pin?.length === length ? pin : undefined);
  if (used.some((digit) => digit !== null && digit > 9)) return null;
  if (isMovedBy(-1, used, digits)) return 'PIN_ACCOUNT_CHECK_DIGIT';
  for (let moved = 1; moved <= LONGEST_SHIFT; moved += 1)
    if (isMovedBy(moved, used, digits)) return 'PIN_ACCOUNT_LEFTMOST';
  return 'PIN_ACCOUNT_OTHER';
}

/** Null where the PIN's digits stand, when they are not known. */
function usedAccount(nibbles: Nibbles, pin: string | undefined): readonly (number | null)[] {
  const known = pin === undefined ? [] : digitsOf(pin);
  return nibbles.slice(ACCOUNT_OFFSET).map((nibble, index) => {
    const place = index + ACCOUNT_OFFSET - 2;
    if (place >= lengthIn(nibbles)) return nibble ^ FILL;
    const digit = known[place];
    return digit === undefined ? null : nibble ^ digit;
  });
}

function isMovedBy(places: number, used: readonly (number | null)[], digits: readonly number[]): boolean {
  const pairs = used.flatMap((digit, index) => {
    const other = digits[index - places];
    return digit === null || other === undefined ? [] : [digit === other];
  });
  return pairs.length >= DIGITS_AT_LEAST && pairs.every(Boolean);
}

/** Four digits and more as text, and then what text is filled up with. */
function isAsciiPin(block: Uint8Array): boolean {
  const text = String.fromCharCode(...block);
  return /^[0-9]{4,8}(?:\0*| *|F*|\xff*)$/.test(text) || /^0[4-9A-C][0-9]{4,6}F*$/.test(text);
}

function nibblesOf(bytes: Uint8Array): Nibbles {
  return Array.from(bytes, (byte) => [byte >> 4, byte & 0xf]).flat();
}

function digitsOf(text: string): readonly number[] {
  return Array.from(text, Number);
}

function zerosOf(count: number): readonly number[] {
  return Array.from({ length: count }, () => 0);
}

function xored(nibbles: Nibbles, others: Nibbles): Nibbles {
  return nibbles.map((nibble, index) => nibble ^ (others[index] ?? 0));
}
