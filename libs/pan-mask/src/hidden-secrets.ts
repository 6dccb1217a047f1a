import { couldBePan } from './could-be-pan.js';

/** A client secret without its underscore; the head of a JWT (`{"alg":` and similar in base64url). */
const CLIENT_SECRET = /pwcs[A-Za-z0-9]{16}/;
const CLIENT_SECRET_BACKWARDS = /[A-Za-z0-9]{16}scwp/;
const JWT = /eyJ[\w-]{8,}\./;
const JWT_BACKWARDS = /\.[\w-]{8,}Jye/;
const HEX = /^(?:[0-9a-f]{2}){12,}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
const PERCENT = /%[0-9a-f]{2}/i;
const JSON_ESCAPE = /\\u([0-9a-f]{4})/gi;
const OCTAL_ESCAPE = /\\([0-7]{3})/g;
const HTML_ENTITY = /&#(\d{1,7});/g;
/** How many layers of encoding are removed. */
const MOST_LAYERS = 3;

/**
 * Whether a text that will be logged or stored unchanged holds a PAN or a credential, or its percent-, hex- or
 * base64-encoding. Such a mistake of a caller would escape every later mask.
 */
export function holdsSecret(text: string, layers = MOST_LAYERS): boolean {
  if (couldBePan(text) || isCredential(text)) return true;
  return layers > 0 && decodings(text).some((decoded) => holdsSecret(decoded, layers - 1));
}

/** A secret is one however it is grouped. */
function isCredential(text: string): boolean {
  const run = text.replaceAll(/[^A-Za-z0-9]/g, '');
  const inRun = CLIENT_SECRET.test(run) || CLIENT_SECRET_BACKWARDS.test(run);
  return inRun || JWT.test(text) || JWT_BACKWARDS.test(text);
}

function decodings(text: string): readonly string[] {
  return [
    ...(PERCENT.test(text) ? percentDecoded(text) : []),
    ...(text.includes('\\') ? [unescaped(text, JSON_ESCAPE, 16), unescaped(text, OCTAL_ESCAPE, 8)] : []),
    ...(text.includes('&#') ? [unescaped(text, HTML_ENTITY, 10)] : []),
    ...(HEX.test(text) ? [Buffer.from(text, 'hex').toString('latin1')] : []),
    ...(BASE64.test(text) ? [Buffer.from(text, 'base64').toString('latin1')] : []),
  ];
}

function unescaped(text: string, escape: RegExp, radix: number): string {
  return text.replaceAll(escape, (_, code: string) => String.fromCharCode(Number.parseInt(code, radix)));
}

function percentDecoded(text: string): readonly string[] {
  try {
    return [decodeURIComponent(text)];
  } catch {
    return [];
  }
}
