import { hasCheckDigit, isIssued } from './issued-numbers.js';

const SHORTEST = 13;
const LONGEST = 19;
/** Digits of a 64-bit number. Up to this length, zeros at the end may belong to the number. */
const LONGEST_DECIMAL = 20;
const DIGITS = /\p{N}/gu;
/** Letters and digits without separators, long enough for a number. */
const TOKENS = /[0-9A-Za-z]{13,}/g;
/** A number by itself, behind a word, before one, or both. */
const NUMBER = /^([A-Za-z]*)([0-9]{13,})([A-Za-z]*)$/;
/** Not a digit of a hexadecimal id. */
const WORD = /[g-z]/i;
/** Characters that fill a number up to a fixed length: EMV writes F (EMV 4.4 book 3, tag 5A), most others 0. */
const FILL = /^f*$/i;
/** As people write numbers: in fours, 4-6-5 and 4-6-4 on American Express and Diners cards, 6-13 on UnionPay's. */
const GAP = '[^0-9A-Za-z]{1,3}';
const FOURS = `(?:\\d{4}${GAP}){3}`;
const GROUPINGS = [
  `${FOURS}\\d{1,4}`,
  `${FOURS}\\d{4}${GAP}\\d{1,3}`,
  `\\d{4}${GAP}\\d{6}${GAP}\\d{4,5}`,
  `\\d{6}${GAP}\\d{13}`,
];
const BROKEN = /\d{4}[^0-9A-Za-z]/;
/** Searched from every group on: there may be others before and after. */
const GROUPED = GROUPINGS.map((grouping) => new RegExp(`(?<!\\d)(?=(${grouping})(?!\\d))`, 'g'));
const UUID_SHAPED = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** Version and variant of a UUID (RFC 9562, sections 4.1 and 4.2), without its hyphens. */
const RFC_9562 = /^.{12}[1-8].{3}[89ab]/i;
/** The span ids that follow a trace id with a letter in it: W3C Trace Context, B3 single, Jaeger. */
const SPAN_IDS =
  /(?<![0-9a-z])(?=\d*[a-f])([0-9a-f]{32}|[0-9a-f]{16})([-:])[0-9a-f]{16}(?:\2[01d]\2[0-9a-f]{16})?(?![0-9a-z])/gi;

/**
 * Whether a text holds what could be a PAN: a whole number with a card scheme's first digits and length and a right
 * check digit. It may be unbroken or in the usual groups, among other words, or filled up to the shape of a UUID.
 * Refusals follow this rule alone; masking covers more (mask-pan.ts). docs/adr/0026 has the reasons.
 */
export function couldBePan(text: string): boolean {
  if ((text.match(DIGITS)?.length ?? 0) < SHORTEST) return false;
  const plain = plainDigits(text);
  const withoutUuids = plain.replaceAll(UUID_SHAPED, (uuid) => uuid.replaceAll('-', ''));
  if (withoutUuids !== plain && uuidShapedPan(plain)) return true;
  const rest = withoutUuids.replaceAll(SPAN_IDS, '$1');
  for (const [token] of rest.matchAll(TOKENS)) {
    if (holdsNumber(token)) return true;
  }
  return (
    BROKEN.test(rest) &&
    GROUPED.some((grouping) =>
      [...rest.matchAll(grouping)].some(([, number = '']) => isIssued(number.replaceAll(/\D/g, ''))),
    )
  );
}

/** Digits in the groups of a UUID that are no UUID by its own standard. */
function uuidShapedPan(text: string): boolean {
  return [...text.matchAll(UUID_SHAPED)].some(([uuid]) => {
    const hex = uuid.replaceAll('-', '');
    return (
      /^\d+$/.test(hex) &&
      !RFC_9562.test(hex) &&
      lengths(hex).some((length) => isIssued(hex.slice(0, length)))
    );
  });
}

function holdsNumber(token: string): boolean {
  const [, before = '', digits = '', after = ''] = NUMBER.exec(token) ?? [];
  if (digits === '' || !(WORD.test(before + after) || (FILL.test(before) && FILL.test(after)))) return false;
  const number = digits.replace(/^0+/, '');
  if (isIssuedUnbroken(number)) return true;
  if (digits.length <= LONGEST_DECIMAL) return false;
  return lengths(number).some(
    (length) => /^0+$/.test(number.slice(length)) && isIssuedUnbroken(number.slice(0, length)),
  );
}

/**
 * Written without groups, 12 digits are a retrieval reference number (ISO 8583, field 37). 18 digits are a Snowflake of
 * 2012 to 2022, or of a private epoch. 19 digits that begin with 1 or 2 are a present Snowflake. Hardly any card has
 * such a number; of those with 17 digits only Bancontact's are common.
 */
function isIssuedUnbroken(number: string): boolean {
  switch (number.length) {
    case 13:
    case 14:
    case 15:
    case 16:
      return isIssued(number);
    case 17:
      return number.startsWith('6703') && hasCheckDigit(number);
    case 19:
      return !/^[12]/.test(number) && isIssued(number);
    default:
      return false;
  }
}

function lengths(number: string): number[] {
  const longest = Math.min(LONGEST, number.length);
  return Array.from({ length: longest - SHORTEST + 1 }, (_, index) => SHORTEST + index);
}

/** Digits of every script as ASCII digits, without invisible characters between them. */
function plainDigits(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return text
    .normalize('NFKC')
    .replaceAll(/[\p{Cf}\0]/gu, '')
    .replaceAll(/\p{Nd}/gu, asciiDigit);
}

/** Unicode keeps the ten digits of a script together, in order (The Unicode Standard, section 4.6). */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}
