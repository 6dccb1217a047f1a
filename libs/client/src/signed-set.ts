import { decodeBase64url, encodeBase64url, isJsonObject, parseJsonBytes } from './encoding.js';
import { PinKeyError } from './pin-key-error.js';
import type { Subtle } from './web-crypto.js';

/** JWS type of the signed key set (RFC 7515, section 4.1.9). */
export const MANIFEST_TYPE = 'pinward-pin-keys+jws';

const ALGORITHM = 'ES256';
/** ES256 (RFC 7518, section 3.4) as WebCrypto has it. */
const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
/** Of a coordinate on P-256, and of each half of a signature (RFC 7518, sections 6.2.1.2 and 3.4). */
const COORDINATE_BYTES = 32;

/** Public members alone, so that nothing else in a header has a say in what the key is. */
interface ManifestJwk {
  readonly crv: 'P-256';
  readonly kty: 'EC';
  readonly x: string;
  readonly y: string;
}

/**
 * What a compact JWS says (RFC 7515, section 5.2), by the key in its header, and only if that is one of the pinned: nothing
 * else in a header is believed.
 *
 * @param pins RFC 7638 thumbprints
 * @throws PinKeyError PIN_KEY_SET_UNTRUSTED; its cause is a fault of the WebCrypto that was asked
 */
export async function verifiedPayload(
  signed: string,
  pins: readonly string[],
  subtle: Subtle,
): Promise<unknown> {
  try {
    return await opened(signed, pins, subtle);
  } catch (cause) {
    if (cause instanceof PinKeyError) throw cause;
    throw new PinKeyError('PIN_KEY_SET_UNTRUSTED', { cause });
  }
}

async function opened(signed: string, pins: readonly string[], subtle: Subtle): Promise<unknown> {
  const [header = '', payload = '', signature = '', ...others] = signed.split('.');
  const jwk = manifestJwk(parseJsonBytes(bytesOf(header)));
  const bytes = bytesOf(signature);
  const isPinned = pins.includes(await thumbprint(jwk, subtle));
  if (!isPinned || others.length > 0 || bytes.length !== 2 * COORDINATE_BYTES) throw untrusted();
  const key = await subtle.importKey('jwk', { ...jwk }, CURVE, false, ['verify']);
  const signingInput = new TextEncoder().encode(`${header}.${payload}`);
  if (!(await subtle.verify(SIGNATURE, key, bytes, signingInput))) throw untrusted();
  return parseJsonBytes(bytesOf(payload));
}

function manifestJwk(header: unknown): ManifestJwk {
  // What "crit" names has to be understood (section 4.1.11), and this client understands nothing beyond.
  if (!isJsonObject(header) || 'crit' in header) throw untrusted();
  const { alg, typ, jwk } = header;
  if (alg !== ALGORITHM || typ !== MANIFEST_TYPE || !isJsonObject(jwk)) throw untrusted();
  const { kty, crv, x, y } = jwk;
  if (kty !== 'EC' || crv !== 'P-256' || !isCoordinate(x) || !isCoordinate(y)) throw untrusted();
  return { crv, kty, x, y };
}

function isCoordinate(text: unknown): text is string {
  return typeof text === 'string' && decodeBase64url(text)?.length === COORDINATE_BYTES;
}

/** RFC 7638, section 3: the required members in the order of their names, without a blank. */
async function thumbprint({ crv, kty, x, y }: ManifestJwk, subtle: Subtle): Promise<string> {
  const members = new TextEncoder().encode(JSON.stringify({ crv, kty, x, y }));
  return encodeBase64url(new Uint8Array(await subtle.digest('SHA-256', members)));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64url(text);
  if (bytes === undefined) throw untrusted();
  return bytes;
}

function untrusted(): PinKeyError {
  return new PinKeyError('PIN_KEY_SET_UNTRUSTED');
}
