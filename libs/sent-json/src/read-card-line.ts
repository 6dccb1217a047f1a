import { holdsSecret } from '#libs/pan-mask';
import { LINE_LIMIT_BYTES, type ImportLine, type LineFault } from './card-line.js';
import { NOT_A_REFERENCE, registerCardSchema, soundCardRef } from './card-schema.js';
import { faultsOf } from './faults.js';
import type { SentLine } from './line-splitter.js';
import { sentence } from './sentences.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a line as the body of a single registration is read. Of several faults the first is told. */
export function readCardLine({ lineNo, bytes }: SentLine): ImportLine {
  if (bytes === null)
    return failed(lineNo, { code: 'LINE_TOO_LONG', detail: `has more than ${LINE_LIMIT_BYTES} bytes` });
  const text = textOf(bytes);
  const value = text === null ? undefined : parsed(text);
  if (text === null || value === undefined)
    return failed(lineNo, { code: 'LINE_NOT_JSON', detail: 'is not JSON in UTF-8' });
  if (isAmbiguous(text, value))
    return failed(lineNo, { code: 'LINE_NOT_JSON', detail: 'has two members of one name' });
  const read = registerCardSchema.safeParse(value, { error: sentence });
  if (!read.success) {
    const [first] = read.error.issues.flatMap((issue) => faultsOf(issue));
    return failed(lineNo, { code: 'LINE_INVALID', detail: 'is not possible', ...first }, cardRefIn(value));
  }
  if (!holdsSecret(read.data.cardRef)) return { lineNo, card: read.data };
  return failed(lineNo, { code: 'LINE_INVALID', pointer: '/cardRef', detail: NOT_A_REFERENCE });
}

function failed(
  lineNo: number,
  { code, pointer = '', detail }: Omit<LineFault, 'pointer'> & Partial<LineFault>,
  cardRef: string | null = null,
): ImportLine {
  return { lineNo, cardRef, fault: { code, pointer, detail } };
}

function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** Undefined for what is no JSON; the parser's own message would quote the line. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/**
 * Whether two parsers could read two cards (RFC 8259, section 4). A line has a text for each name and for each value that is
 * one, unless a name comes twice; an object with members of its own in it is no card.
 */
function isAmbiguous(text: string, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const values: readonly unknown[] = Object.values(value);
  if (values.some((each) => typeof each === 'object' && each !== null)) return false;
  const texts = values.filter((each) => typeof each === 'string');
  return (text.match(STRINGS)?.length ?? 0) !== values.length + texts.length;
}

/** The reference of a line with a fault elsewhere, so that its sender finds the line again. */
function cardRefIn(value: unknown): string | null {
  const given = typeof value === 'object' && value !== null && 'cardRef' in value ? value.cardRef : null;
  const read = soundCardRef.safeParse(given);
  return read.success && !holdsSecret(read.data) ? read.data : null;
}
