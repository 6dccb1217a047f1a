import { looksLikePan, withoutUuids } from './pan-mask.js';

/** A client secret without its underscore; the head of a JWT (`{"alg":` and the like in base64url). */
const CLIENT_SECRET = /pwcs[A-Za-z0-9]{16}/;
const JWT = /eyJ[\w-]{8,}\./;
const HEX = /^(?:[0-9a-f]{2}){12,}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const PERCENT = /%[0-9a-f]{2}/i;
const JSON_ESCAPE = /\\u([0-9a-f]{4})/gi;
/** Layers of encoding that are looked through. */
const MOST_LAYERS = 3;

/**
 * Whether a text that will be logged or stored as it is holds a PAN or a credential, or the percent-, hex- or
 * base64-encoding of one: a caller's mistake that no mask of ours would ever catch again.
 */
export function holdsSecret(text: string, layers = MOST_LAYERS): boolean {
  const backwards = Array.from(withoutUuids(text)).toReversed().join('');
  if ([text, backwards].some((way) => looksLikePan(way) || isCredential(way))) return true;
  return layers > 0 && decodings(text).some((decoded) => holdsSecret(decoded, layers - 1));
}

/** A secret is one however it is grouped. */
function isCredential(text: string): boolean {
  return JWT.test(text) || CLIENT_SECRET.test(text.replaceAll(/[^A-Za-z0-9]/g, ''));
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
