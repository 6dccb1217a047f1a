import { decodeBase64url } from '../encoding.js';
import { finding, type EnvelopeFinding } from './findings.js';
import { bytesToInteger, MODULUS, MODULUS_BYTES } from './test-key.js';

export interface ReadCiphertext {
  readonly findings: readonly EnvelopeFinding[];
  /** Null where nothing is left to decrypt. */
  readonly bytes: Uint8Array | null;
}

/** Reads a ciphertext as forgivingly as can be, and says what had to be forgiven. */
export function readCiphertext(text: string): ReadCiphertext {
  const findings: EnvelopeFinding[] = [];
  const bare = text.replaceAll(/\s/g, '');
  if (bare !== text) findings.push(finding('CIPHERTEXT_WHITE_SPACE'));
  const bytes = bytesIn(bare, findings);
  if (bytes === null) return { findings, bytes };
  const detail = `It has ${bytes.length} bytes.`;
  if (bytes.length !== MODULUS_BYTES) findings.push(finding('CIPHERTEXT_LENGTH', detail));
  // One zero byte too few or too many can be seen past; another key cannot.
  const isAboutRight = Math.abs(bytes.length - MODULUS_BYTES) <= 1;
  if (!isAboutRight) return { findings, bytes: null };
  const number = bytesToInteger(bytes);
  if (number > 0n && number < MODULUS) return { findings, bytes };
  const reversed = bytesToInteger(bytes.toReversed());
  if (reversed > 0n && reversed < MODULUS) return { findings, bytes };
  return { findings: [...findings, finding('CIPHERTEXT_OUT_OF_RANGE')], bytes: null };
}

function bytesIn(text: string, findings: EnvelopeFinding[]): Uint8Array | null {
  if (/^[0-9a-fA-F]{510,514}$/.test(text) && text.length % 2 === 0) {
    findings.push(finding('CIPHERTEXT_HEX'));
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  }
  const url = text.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_');
  const bytes = decodeBase64url(url);
  if (bytes === undefined) {
    findings.push(finding('CIPHERTEXT_NOT_BASE64URL'));
    return null;
  }
  if (/[+/]/.test(text)) findings.push(finding('CIPHERTEXT_BASE64'));
  if (text.endsWith('=')) findings.push(finding('CIPHERTEXT_PADDED'));
  return bytes;
}
