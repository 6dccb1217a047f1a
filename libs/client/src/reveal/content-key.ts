import { decodeBase64url, isJsonObject } from '../encoding.js';
import { RevealError } from './reveal-error.js';
import type { Subtle, WebCryptoKey } from '../web-crypto.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Of A256GCM (RFC 7518, section 5.3). */
const CONTENT_KEY_BITS = 256;
const ENCRYPTION = 'A256GCM';
const AES_GCM = { name: 'AES-GCM', length: CONTENT_KEY_BITS };
/** Bits of a coordinate, which is what two keys agree on. */
const CURVE_BITS: Readonly<Record<string, number>> = { 'P-256': 256, 'P-384': 384 };

interface Wrapped {
  readonly header: Readonly<Record<string, unknown>>;
  readonly encryptedKey: Bytes;
}

/** The key that the content is encrypted with, by a private key that stays where it is. @throws RevealError */
export async function contentKey(
  { header, encryptedKey }: Wrapped,
  privateKey: WebCryptoKey,
  subtle: Subtle,
): Promise<WebCryptoKey> {
  if (header['enc'] !== ENCRYPTION || 'crit' in header || 'zip' in header)
    throw new RevealError('REVEAL_MALFORMED');
  const { name } = privateKey.algorithm;
  if (header['alg'] === 'ECDH-ES' && name === 'ECDH') return await agreedKey(header, privateKey, subtle);
  if (header['alg'] === 'RSA-OAEP-256' && name === 'RSA-OAEP')
    return await unwrappedKey(encryptedKey, privateKey, subtle);
  throw new RevealError('REVEAL_KEY_UNFIT');
}

async function unwrappedKey(
  encryptedKey: Bytes,
  privateKey: WebCryptoKey,
  subtle: Subtle,
): Promise<WebCryptoKey> {
  const bytes = new Uint8Array(await subtle.decrypt({ name: 'RSA-OAEP' }, privateKey, encryptedKey));
  return await imported(bytes, subtle);
}

/** ECDH-ES in direct agreement (RFC 7518, section 4.6). */
async function agreedKey(
  { epk, apu, apv }: Readonly<Record<string, unknown>>,
  privateKey: WebCryptoKey,
  subtle: Subtle,
): Promise<WebCryptoKey> {
  const { namedCurve } = privateKey.algorithm as { readonly namedCurve?: string };
  const bits = CURVE_BITS[namedCurve ?? ''];
  if (!isJsonObject(epk) || namedCurve === undefined || epk['crv'] !== namedCurve || bits === undefined)
    throw new RevealError('REVEAL_KEY_UNFIT');
  const { x, y } = epk;
  if (typeof x !== 'string' || typeof y !== 'string') throw new RevealError('REVEAL_MALFORMED');
  const algorithm = { name: 'ECDH', namedCurve };
  // It is checked here that the point is on the curve.
  const jwk = { kty: 'EC', crv: namedCurve, x, y };
  const ephemeral = await subtle.importKey('jwk', jwk, algorithm, false, []);
  const secret = new Uint8Array(
    await subtle.deriveBits({ name: 'ECDH', public: ephemeral }, privateKey, bits),
  );
  const parties = { apu: partyInfo(apu), apv: partyInfo(apv) };
  const input = keyDerivationInput({ secret, ...parties, algorithm: ENCRYPTION, bits: CONTENT_KEY_BITS });
  const digest = new Uint8Array(await subtle.digest('SHA-256', input));
  secret.fill(0);
  input.fill(0);
  return await imported(digest, subtle);
}

interface Derivation {
  readonly secret: Bytes;
  /** Name of the cipher that the key is for, and the length of the key. */
  readonly algorithm: string;
  readonly bits: number;
  readonly apu: Bytes;
  readonly apv: Bytes;
}

/** What the Concat KDF hashes, in one round as SHA-256 gives no fewer bits than are needed (section 4.6.2). */
export function keyDerivationInput({ secret, algorithm, bits, apu, apv }: Derivation): Bytes {
  const parts = [
    uint32(1),
    secret,
    ...lengthPrefixed(new TextEncoder().encode(algorithm)),
    ...lengthPrefixed(apu),
    ...lengthPrefixed(apv),
    uint32(bits),
  ];
  const input = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    input.set(part, offset);
    offset += part.length;
  }
  return input;
}

function lengthPrefixed(bytes: Bytes): readonly Bytes[] {
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Who the parties are, where the sender says so (sections 4.6.1.2 and 4.6.1.3). */
function partyInfo(text: unknown): Bytes {
  if (text === undefined) return new Uint8Array();
  const bytes = typeof text === 'string' ? decodeBase64url(text) : undefined;
  if (bytes === undefined) throw new RevealError('REVEAL_MALFORMED');
  return bytes;
}

/** The bytes are of no use to anybody afterwards. */
async function imported(bytes: Bytes, subtle: Subtle): Promise<WebCryptoKey> {
  try {
    return await subtle.importKey('raw', bytes, AES_GCM, false, ['decrypt']);
  } finally {
    bytes.fill(0);
  }
}
