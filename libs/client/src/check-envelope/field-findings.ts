import { bindingFinding, bindingOf, isEqual, isWholeDigest } from './binding-findings.js';
import { finding, type EnvelopeFinding, type EnvelopeFindingCode } from './findings.js';
import { isFormat4, pinBlockFindings, type PinOfBlock } from './pin-block-findings.js';

const FIELD_BYTES = 16;
const BLOCK_BYTES = 8;

export interface ExpectedField extends PinOfBlock {
  /** Lower-case UUID. */
  readonly cardId: string;
}

/** What is wrong with the bytes that were encrypted, which should be a PIN field (docs/pin-envelope.md, section 2). */
export async function fieldFindings(field: Uint8Array, expected: ExpectedField): Promise<EnvelopeFinding[]> {
  const text = String.fromCharCode(...field).trim();
  if (/^[0-9]{4,12}$/.test(text)) return [finding('FIELD_PIN_ALONE')];
  if (/^(?:[0-9A-Fa-f]{2}){8,}$/.test(text)) {
    const bytes = Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return [finding('FIELD_HEX_TEXT'), ...(await fieldFindings(bytes, expected))];
  }
  if (/^[A-Za-z0-9+/_-]{22}(?:==)?$/.test(text)) {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return [finding('FIELD_BASE64_TEXT'), ...(await fieldFindings(bytes, expected))];
  }
  if (field.length === FIELD_BYTES) return (await halves(field, expected)).map((code) => finding(code));
  return await ofOtherLength(field, expected);
}

async function halves(field: Uint8Array, expected: ExpectedField): Promise<EnvelopeFindingCode[]> {
  const [first, second] = [field.slice(0, BLOCK_BYTES), field.slice(BLOCK_BYTES)];
  const binding = await bindingOf(expected.cardId);
  if (isEqual(second, binding)) return [...pinBlockFindings(first, expected)];
  if (isEqual(first, binding)) return ['FIELD_HALVES_SWAPPED', ...pinBlockFindings(second, expected)];
  if (isFormat4(field)) return ['PIN_BLOCK_FORMAT_4'];
  return [...pinBlockFindings(first, expected), await bindingFinding(second, expected.cardId)];
}

async function ofOtherLength(field: Uint8Array, expected: ExpectedField): Promise<EnvelopeFinding[]> {
  const [first, rest] = [field.slice(0, BLOCK_BYTES), field.slice(BLOCK_BYTES)];
  const ofBlock = pinBlockFindings(first, expected).map((code) => finding(code));
  const detail = `It has ${field.length} bytes.`;
  if (rest.length === 0 && first.length === BLOCK_BYTES)
    return [...ofBlock, finding('BINDING_MISSING', detail)];
  if (await isWholeDigest(rest, expected.cardId))
    return [...ofBlock, finding('BINDING_WHOLE_DIGEST', detail)];
  if (/^(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{64})$/.test(String.fromCharCode(...rest)))
    return [...ofBlock, finding('BINDING_HEX_TEXT', detail)];
  // The block as 16 characters, and 8 bytes behind it.
  const binding = await bindingOf(expected.cardId);
  if (field.length === 24 && isEqual(field.slice(16), binding)) return [finding('PIN_BLOCK_ASCII', detail)];
  return [finding('FIELD_LENGTH', detail)];
}
