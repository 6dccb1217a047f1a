import { randomBytes, randomInt } from 'node:crypto';
import { randomPan } from '../../support/random-pan.js';

/** A secret that a caller puts where it does not belong. */
export interface Canary {
  readonly kind: 'PAN' | 'PIN block' | 'one-time password' | 'client secret' | 'access token';
  readonly value: string;
}

export type Form = readonly [name: string, of: (text: string) => string];

const bytes = (text: string) => Buffer.from(text);
const each = (text: string, format: (character: string) => string) => Array.from(text, format).join('');
const digits = (zero: number) => (text: string) =>
  text.replaceAll(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const grouped = (separator: string) => (text: string) => text.replaceAll(/(.{4})(?=.)/g, `$1${separator}`);
const code = (character: string) => character.charCodeAt(0);

/** Twenty ways to write one thing. */
export const FORMS: readonly Form[] = [
  ['plain', (text) => text],
  ['spaced', grouped(' ')],
  ['with dashes', grouped('-')],
  ['with dots', grouped('.')],
  ['with no-break spaces', grouped('\u00A0')],
  ['with zero-width spaces', grouped('\u200B')],
  ['full-width', digits(0xff10)],
  ['Arabic-Indic', digits(0x0660)],
  ['reversed', (text) => Array.from(text).toReversed().join('')],
  ['base64', (text) => bytes(text).toString('base64')],
  ['base64url', (text) => bytes(text).toString('base64url')],
  ['base64 of base64', (text) => bytes(bytes(text).toString('base64')).toString('base64')],
  ['hex', (text) => bytes(text).toString('hex')],
  ['upper-case hex', (text) => bytes(text).toString('hex').toUpperCase()],
  ['UTF-16 in hex', (text) => Buffer.from(text, 'utf16le').toString('hex')],
  ['percent', (text) => each(text, (character) => `%${code(character).toString(16)}`)],
  ['percent twice', (text) => each(text, (character) => `%25${code(character).toString(16)}`)],
  [
    'JSON escapes',
    (text) => each(text, (character) => `\\u${code(character).toString(16).padStart(4, '0')}`),
  ],
  ['HTML entities', (text) => each(text, (character) => `&#${code(character)};`)],
  ['octal escapes', (text) => each(text, (character) => `\\${code(character).toString(8).padStart(3, '0')}`)],
];

/** Long enough not to be met by chance: a real one-time password has six digits. */
export function randomCanaries(accessToken: string): readonly Canary[] {
  return [
    { kind: 'PAN', value: randomPan() },
    { kind: 'PIN block', value: randomBytes(8).toString('hex') },
    { kind: 'one-time password', value: Array.from({ length: 10 }, () => randomInt(10)).join('') },
    { kind: 'client secret', value: `pwcs_${randomBytes(32).toString('base64url')}` },
    { kind: 'access token', value: accessToken },
  ];
}
