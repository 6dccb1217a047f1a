import { inspect } from 'node:util';
import { hasCheckDigit } from '#libs/pan-mask';

/** Digits of a PAN (ISO/IEC 7812-1). */
const PAN = /^[0-9]{12,19}$/;

/** The stored data of a card, without its PIN. It redacts itself, except for the last four digits. */
export class CardData {
  /**
   * @param pan 12 to 19 digits, no separators, with a right check digit
   * @param expiry as the caller writes it, "MM/YY", "MM/YYYY" or "YYYY-MM"
   * @param holderName as on the card
   */
  constructor(
    readonly pan: string,
    readonly expiry: string | null,
    readonly holderName: string | null,
  ) {
    if (!isPan(pan)) throw new RangeError('not a PAN');
  }

  get last4(): string {
    return this.pan.slice(-4);
  }

  toString(): string {
    return `[CardData XXXX${this.last4}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Whether it is a PAN: its length, and the check digit (ISO/IEC 7812-1, annex B, the Luhn formula). */
export function isPan(text: string): boolean {
  return PAN.test(text) && hasCheckDigit(text);
}
