import { base64Bytes, concat, sha256, toHex, utf8, type Bytes } from './bytes.js';
import { rawSignature } from './der.js';

/** ECDSA in the table of C2SP signed-note. */
const ECDSA = 0x02;
const KEY_ID_BYTES = 4;
const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** A key that verifies checkpoints. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of the SHA-256 of the public key in DER (SPKI), in hexadecimal digits. */
  readonly id: string;
  readonly publicKey: CryptoKey;
  /** As it is written. */
  readonly text: string;
}

/** Reads `<name>+<key id>+<base64 of 0x02 and the public key in DER>`. @throws Error where it is none */
export async function parseVerifierKey(text: string): Promise<VerifierKey> {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = encoded === undefined ? null : base64Bytes(encoded);
  if (name === undefined || id === undefined || bytes === null) throw new Error('This is no verifier key.');
  if (bytes[0] !== ECDSA) throw new Error('This verifier key is not of type 0x02, ECDSA.');
  const spki = bytes.slice(1);
  const publicKey = await imported(spki);
  if (toHex((await sha256(spki)).slice(0, KEY_ID_BYTES)) !== id)
    throw new Error('The id of this verifier key is not its own.');
  return { name, id, publicKey, text };
}

/** @param signature in DER (RFC 3279, section 2.2.3) */
export async function hasSigned(key: VerifierKey, text: string, signature: Bytes): Promise<boolean> {
  const raw = rawSignature(signature);
  if (raw === null) return false;
  return await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.publicKey,
    concat(raw),
    utf8(text),
  );
}

async function imported(spki: Bytes): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey('spki', spki, P256, false, ['verify']);
  } catch (cause) {
    throw new Error('This verifier key is not on P-256.', { cause });
  }
}
