import { looksLikePan, withoutUuids } from './pan-mask.js';

const HEX = /^(?:[0-9a-f]{2}){12,}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const PERCENT = /%[0-9a-f]{2}/i;
const JSON_ESCAPE = /\\u([0-9a-f]{4})/gi;
/** Layers of encoding that are looked through. */
const MOST_LAYERS = 3;

/**
 * Whether a reference that will be logged and stored as it is could be a PAN, or the percent-, hex- or base64-encoding
 * of one: a caller's mistake that no mask of ours would ever catch again.
 */
export function hidesPan(text: string, layers = MOST_LAYERS): boolean {
  if (looksLikePan(text) || looksLikePan(Array.from(withoutUuids(text)).toReversed().join(''))) return true;
  return layers > 0 && decodings(text).some((decoded) => hidesPan(decoded, layers - 1));
}

function decodings(text: string): readonly string[] {
  return [
    ...(PERCENT.test(text) ? percentDecoded(text) : []),
    ...(text.includes('\\u') ? [jsonDecoded(text)] : []),
    ...(HEX.test(text) ? [Buffer.from(text, 'hex').toString('latin1')] : []),
    ...(BASE64.test(text) ? [Buffer.from(text, 'base64').toString('latin1')] : []),
  ];
}

function jsonDecoded(text: string): string {
  return text.replaceAll(JSON_ESCAPE, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function percentDecoded(text: string): readonly string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}
