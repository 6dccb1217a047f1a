import { inspect } from 'node:util';
import { cardBinding, PIN_BLOCK_BYTES, pinField } from '#libs/client/pin-block';
import type { Needle } from './needle-set.js';

export interface PinOfCard {
  /** 12 random digits: shorter PINs, and simple ones, occur in any process by chance. */
  readonly pin: string;
  readonly pinAccount: string;
  readonly cardId: string;
}

type Forms = Readonly<Record<string, Buffer | string>>;

/** Every form that a clear PIN, its PIN block or its PIN field may have in memory, in a log or in a dump. */
export async function pinNeedles({ pin, pinAccount, cardId }: PinOfCard): Promise<Needle[]> {
  if (!/^\d{12}$/.test(pin) || new Set(pin).size < 4) throw new RangeError('needs a random PIN of 12 digits');
  const field = Buffer.from(pinField(pin, pinAccount, await cardBinding(cardId)));
  return [
    ...needlesOf('PIN', {
      ...pinForms(pin),
      ...base64Forms(Buffer.from(pin)),
      ...listForms(Buffer.from(pin)),
    }),
    ...needlesOf('PIN block', binaryForms(field.subarray(0, PIN_BLOCK_BYTES))),
    ...needlesOf('PIN field', binaryForms(field)),
  ];
}

/** The same forms of any secret bytes, for example R0. */
export function binaryNeedles(name: string, bytes: Buffer): Needle[] {
  return needlesOf(name, binaryForms(bytes));
}

/** Text is searched in V8's two forms of strings: one byte a character, and two. */
function needlesOf(secret: string, forms: Forms): Needle[] {
  return Object.entries(forms).flatMap(([form, value]) => {
    const name = `${secret} as ${form}`;
    if (typeof value !== 'string') return [{ name, bytes: value }];
    return [
      { name, bytes: Buffer.from(value) },
      { name: `${name}, UTF-16`, bytes: Buffer.from(value, 'utf16le') },
    ];
  });
}

function pinForms(pin: string): Forms {
  const digits = Array.from(pin, Number);
  const integer = Buffer.alloc(8);
  integer.writeBigUInt64LE(BigInt(pin));
  return {
    digits: pin,
    // The form in the clear-text PIN field of ISO 9564-1: two digits a byte.
    BCD: Buffer.from(pin, 'hex'),
    'digit values': Buffer.from(digits),
    ...elementForms(digits),
    'spaced digits': digits.join(' '),
    'listed digits': digits.join(','),
    'integer, 64 bits': integer,
    'integer, big-endian': Buffer.from(integer.toReversed()),
    'floating point': Buffer.from(Float64Array.of(Number(pin)).buffer),
  };
}

function binaryForms(bytes: Buffer): Forms {
  const hex = bytes.toString('hex');
  const each = (format: (byte: number) => string) => Array.from(bytes, format).join('');
  const latin1 = bytes.toString('latin1');
  return {
    'raw bytes': bytes,
    'reversed bytes': Buffer.from(bytes.toReversed()),
    hex,
    'upper-case hex': hex.toUpperCase(),
    'spaced hex': spaced(hex),
    'spaced upper-case hex': spaced(hex.toUpperCase()),
    'listed hex': Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', '),
    '\\x escapes': each((byte) => `\\x${byte.toString(16).padStart(2, '0')}`),
    'octal escapes': each((byte) => `\\${byte.toString(8).padStart(3, '0')}`),
    'a decimal number': BigInt(`0x${hex}`).toString(),
    'latin1 text in UTF-8': Buffer.from(latin1, 'utf8'),
    'latin1 text in UTF-16': Buffer.from(latin1, 'utf16le'),
    'latin1 text in JSON': JSON.stringify(latin1).slice(1, -1),
    ...base64Forms(bytes),
    ...listForms(bytes),
    ...elementForms([...bytes]),
  };
}

/**
 * Base64 characters that depend only on these bytes, for each of the three positions in a longer text (RFC 4648,
 * section 4: three bytes become four characters).
 */
function base64Forms(bytes: Buffer): Forms {
  const forms: Record<string, string> = {};
  for (const alignment of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64url');
    const first = Math.ceil((alignment * 8) / 6);
    const end = Math.floor(((alignment + bytes.length) * 8) / 6);
    const url = text.slice(first, end);
    forms[`base64url at ${alignment}`] = url;
    forms[`base64 at ${alignment}`] = url.replaceAll('-', '+').replaceAll('_', '/');
  }
  return forms;
}

function listForms(bytes: Buffer): Forms {
  // The output of console.log for a Uint8Array, without brackets: numbers in columns, broken into lines.
  const printed = inspect(new Uint8Array(bytes))
    .replace(/^[^[]*\[\s*/, '')
    .replace(/\s*\]$/, '');
  return {
    'listed bytes': bytes.join(','),
    'listed bytes with spaces': Array.from(bytes).join(', '),
    'spaced bytes': Array.from(bytes).join(' '),
    'printed array': printed,
  };
}

/** Elements of typed arrays, and of arrays of small integers as V8 keeps them (upper half of 64 bits). */
function elementForms(values: readonly number[]): Forms {
  const view = (array: Uint16Array | Uint32Array | Float64Array) => Buffer.from(array.buffer);
  return {
    'elements of 16 bits': view(Uint16Array.from(values)),
    'elements of 32 bits': view(Uint32Array.from(values)),
    'elements of V8 small integers': view(Uint32Array.from(values.flatMap((value) => [0, value]))),
    'floating-point elements': view(Float64Array.from(values)),
  };
}

function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, '$& ');
}
