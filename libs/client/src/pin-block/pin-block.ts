import { assertPinAccount } from './pin-account.js';
import { assertPin, type PinDigits } from './pin.js';

export const PIN_BLOCK_BYTES = 8;

const FORMAT_0 = 0x0;
const FILL = 0xf;
const ASCII_ZERO = 0x30;
/** The account number field starts with four zero nibbles. */
const ACCOUNT_OFFSET = 4;

/**
 * The clear PIN block of ISO 9564-1 format 0 (also ANSI X9.8, VISA-1): the PIN field `0 N P…P F…F` XOR the account
 * number field `0000 A1…A12`, 16 nibbles each, high nibble first.
 *
 * It is built nibble by nibble, so that no string of it ever exists; the caller zeroes the result after use.
 *
 * @param pin 4 to 12 digits, text or bytes
 * @param pinAccount 12 digits
 * @returns 8 bytes
 * @throws PinBlockError PIN_MALFORMED, PIN_ACCOUNT_MALFORMED
 */
export function pinBlock(pin: PinDigits, pinAccount: string): Uint8Array<ArrayBuffer> {
  assertPin(pin);
  assertPinAccount(pinAccount);
  const block = new Uint8Array(PIN_BLOCK_BYTES);
  for (let index = 0; index < block.length; index += 1) {
    const high = blockNibble(pin, pinAccount, 2 * index);
    const low = blockNibble(pin, pinAccount, 2 * index + 1);
    block[index] = (high << 4) | low;
  }
  return block;
}

function blockNibble(pin: PinDigits, pinAccount: string, position: number): number {
  return pinNibble(pin, position) ^ accountNibble(pinAccount, position);
}

function pinNibble(pin: PinDigits, position: number): number {
  if (position === 0) return FORMAT_0;
  if (position === 1) return pin.length;
  const index = position - 2;
  return index < pin.length ? digit(pin, index) : FILL;
}

function accountNibble(pinAccount: string, position: number): number {
  return position < ACCOUNT_OFFSET ? 0 : digit(pinAccount, position - ACCOUNT_OFFSET);
}

function digit(digits: PinDigits, index: number): number {
  return typeof digits === 'string' ? digits.charCodeAt(index) - ASCII_ZERO : (digits[index] ?? 0);
}
