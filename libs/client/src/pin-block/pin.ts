import { PinBlockError } from './pin-block-error.js';

/** ISO 9564-1, clause on PIN length: not fewer than four and not more than twelve digits. */
export const PIN_MIN_LENGTH = 4;
export const PIN_MAX_LENGTH = 12;

// [0-9] and not \d: the same here, but no flag can ever widen it to the digits of other scripts.
const PIN = /^[0-9]{4,12}$/;

/** Whether the text is a PIN: 4 to 12 digits 0 to 9. Digits of other scripts, signs and spaces are none. */
export function isPin(text: unknown): text is string {
  return typeof text === 'string' && PIN.test(text);
}

/**
 * A PIN as text, or as one byte a digit with the values 0 to 9, not ASCII: bytes can be zeroed when they have been used,
 * a string cannot.
 */
export type PinDigits = string | Uint8Array;

/** @throws PinBlockError PIN_MALFORMED */
export function assertPin(pin: unknown): asserts pin is PinDigits {
  if (!isPin(pin) && !isPinInBytes(pin)) throw new PinBlockError('PIN_MALFORMED');
}

function isPinInBytes(pin: unknown): pin is Uint8Array {
  if (!(pin instanceof Uint8Array)) return false;
  return pin.length >= PIN_MIN_LENGTH && pin.length <= PIN_MAX_LENGTH && pin.every((digit) => digit <= 9);
}
