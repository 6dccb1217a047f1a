import { WebhookMisused } from './webhook-errors.js';
import type { Subtle } from '../web-crypto.js';

const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const PREFIX = /^whsec_/;
/** Of one header; two while a secret is rotated. More would be work for a stranger. */
const MOST_SIGNATURES = 8;

type Bytes = Uint8Array<ArrayBuffer>;

/** Standard Webhooks: the key is the part of the secret behind whsec_, base64-decoded. */
export function standardKey(secret: string): Bytes {
  const key = fromBase64(secret.replace(PREFIX, ''));
  if (key === undefined || key.length === 0) throw new WebhookMisused('WEBHOOK_SECRET_MALFORMED');
  return key;
}

/** The integration guide: the key is the text of the secret as it is. */
export function guideKey(secret: string): Bytes {
  return new TextEncoder().encode(secret);
}

/** Of a header such as "v1,AAAA v1,BBBB"; other versions are passed over. */
export function standardSignatures(header: string): readonly Bytes[] {
  return header
    .split(' ', MOST_SIGNATURES)
    .flatMap((signature) => (signature.startsWith('v1,') ? (fromBase64(signature.slice(3)) ?? []) : []));
}

/** Of a header of one signature, in hexadecimal digits of either case. */
export function guideSignatures(header: string): readonly Bytes[] {
  if (!/^[0-9a-f]{64}$/i.test(header)) return [];
  return [Uint8Array.from(header.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))];
}

/** Whether one of the keys has made one of the signatures; WebCrypto compares in constant time. */
export async function isSigned(
  message: Bytes,
  { keys, signatures, subtle }: { keys: readonly Bytes[]; signatures: readonly Bytes[]; subtle: Subtle },
): Promise<boolean> {
  for (const bytes of keys) {
    const key = await subtle.importKey('raw', bytes, HMAC, false, ['verify']);
    for (const signature of signatures) if (await subtle.verify(HMAC, key, signature, message)) return true;
  }
  return false;
}

function fromBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
