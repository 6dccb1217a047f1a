/**
 * First digits (ISO/IEC 7812-1 issuer identification numbers) of the card schemes, from the first to the last
 * inclusive, and the lengths of their numbers. ISO publishes no register of them. These are the schemes' own, from
 * public lists: Wikipedia, "Payment card number"; Braintree's credit-card-type 10; the schemes' BIN tables where both
 * differ.
 *
 * Left out are ranges from which no scheme issues cards and which ids use: UATP's 1 (15 digits; milliseconds and two
 * digits more), GPN's 1946, JCB's former 1800 and 2131; of Maestro's 50 and 56 to 69 all but the prefixes that it
 * names.
 */
const RANGES: readonly (readonly [scheme: string, from: string, to: string, lengths: readonly number[]])[] = [
  ['Visa', '4', '4', [13, 16, 19]],
  ['Mastercard', '51', '55', [16]],
  ['Mastercard', '2221', '2720', [16]],
  ['American Express', '34', '34', [15]],
  ['American Express', '37', '37', [15]],
  ['Diners Club', '300', '305', [14, 15, 16, 17, 18, 19]],
  ['Diners Club', '309', '309', [14, 15, 16, 17, 18, 19]],
  ['Diners Club', '36', '36', [14, 15, 16, 17, 18, 19]],
  ['Diners Club', '38', '39', [14, 15, 16, 17, 18, 19]],
  ['JCB', '3528', '3589', [16, 17, 18, 19]],
  ['Discover', '6011', '6011', [16, 17, 18, 19]],
  ['Discover', '644', '649', [16, 17, 18, 19]],
  ['Discover', '65', '65', [16, 17, 18, 19]],
  ['UnionPay', '62', '62', [16, 17, 18, 19]],
  ['UnionPay', '8100', '8171', [16, 17, 18, 19]],
  ['RuPay', '508', '508', [16]],
  ['RuPay', '60', '60', [16]],
  ['RuPay', '81', '82', [16]],
  ['Mir, BORICA', '2200', '2205', [16, 17, 18, 19]],
  ['Maestro', '5018', '5018', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '5020', '5020', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '5038', '5038', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '5893', '5893', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '6304', '6304', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '6390', '6390', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '6759', '6759', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '6761', '6763', [13, 14, 15, 16, 17, 18, 19]],
  ['Maestro', '676770', '676774', [13, 14, 15, 16, 17, 18, 19]],
  ['Bancontact', '6703', '6703', [16, 17]],
  ['Dankort', '5019', '5019', [16]],
  ['Verve', '506099', '506198', [16, 18, 19]],
  ['Verve', '507865', '507964', [16, 18, 19]],
  ['Elo', '5041', '5041', [16]],
  ['Elo', '5066', '5067', [16]],
  ['Elo', '509', '509', [16]],
  ['Elo', '6362', '6363', [16]],
  ['Meeza', '5078', '5078', [16]],
  ['UzCard', '5614', '5614', [16]],
  ['UzCard', '8600', '8600', [16]],
  ['mada', '9682', '9682', [16]],
  ['Napas', '9704', '9704', [16, 19]],
  ['Troy', '9792', '9792', [16]],
  ['Humo', '9860', '9860', [16]],
];

/** Whether a card scheme issues such numbers: first digits, length and check digit. The text must be digits. */
export function isIssued(digits: string): boolean {
  if (!hasCheckDigit(digits)) return false;
  return RANGES.some(([, from, to, lengths]) => {
    const head = digits.slice(0, from.length);
    return head >= from && head <= to && lengths.includes(digits.length);
  });
}

const ZERO = 48;

/** The check digit of ISO/IEC 7812-1, annex B (the Luhn formula). The text must be digits. */
export function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(index) - ZERO;
    const doubled = (digits.length - index) % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
