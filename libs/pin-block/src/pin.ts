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

/** @throws PinBlockError PIN_MALFORMED */
export function assertPin(text: unknown): asserts text is string {
  if (!isPin(text)) throw new PinBlockError('PIN_MALFORMED');
}
