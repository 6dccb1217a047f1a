import { PinBlockError } from './pin-block-error.js';

/** Digits of a PIN account: the account number field of an ISO 9564-1 format 0 PIN block without its four zeros. */
export const PIN_ACCOUNT_LENGTH = 12;

const PIN_ACCOUNT = /^[0-9]{12}$/;
const PAN = /^[0-9]{12,19}$/;

export function isPinAccount(text: unknown): text is string {
  return typeof text === 'string' && PIN_ACCOUNT.test(text);
}

/** @throws PinBlockError PIN_ACCOUNT_MALFORMED */
export function assertPinAccount(text: unknown): asserts text is string {
  if (!isPinAccount(text)) throw new PinBlockError('PIN_ACCOUNT_MALFORMED');
}

/**
 * The PIN account of a PAN-bound PIN block: the rightmost 12 digits without the check digit, padded on the left with
 * zeros where there are fewer (ISO 9564-1, format 0, account number field).
 *
 * The check digit is dropped unseen: whether it is right (ISO/IEC 7812-1) is for the program that captures the PAN.
 *
 * @param pan 12 to 19 digits, no separators
 * @throws PinBlockError PAN_MALFORMED
 */
export function pinAccountFromPan(pan: string): string {
  if (typeof pan !== 'string' || !PAN.test(pan)) throw new PinBlockError('PAN_MALFORMED');
  return pan.slice(0, -1).slice(-PIN_ACCOUNT_LENGTH).padStart(PIN_ACCOUNT_LENGTH, '0');
}
