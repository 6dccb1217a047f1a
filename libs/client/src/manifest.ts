import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK } from 'jose';
import { PinKeyError } from './pin-key-error.js';
import type { PinKeySet } from './pin-key.js';

/** JWS type of the signed key set (RFC 7515, section 4.1.9). */
export const MANIFEST_TYPE = 'pinward-pin-keys+jws';

/** How far a device's clock may be behind or ahead, seconds. */
const CLOCK_TOLERANCE_SECONDS = 300;

export interface ManifestTrust {
  /**
   * RFC 7638 SHA-256 thumbprints of the manifest keys, base64url: shipped with the app, the next one beside the current
   * one. They are what keeps an attacker between app and HSM from giving the app another key.
   */
  readonly manifestPins: readonly string[];
  readonly now?: () => Date;
}

interface Manifest extends PinKeySet {
  /** Seconds since 1970 after which another answer must be fetched. */
  readonly exp: number;
}

/**
 * The key set as the service's HSM signed it. What stands beside the signature is not looked at.
 *
 * @param answer the parsed body of GET /v1/pin-keys
 * @throws PinKeyError PIN_KEY_SET_MALFORMED, PIN_KEY_SET_UNTRUSTED, PIN_KEY_SET_EXPIRED
 */
export async function verifiedKeySet(
  answer: PinKeySet,
  { manifestPins, now = () => new Date() }: ManifestTrust,
): Promise<PinKeySet> {
  const signed: unknown = (answer as Partial<PinKeySet> | null | undefined)?.signed;
  if (typeof signed !== 'string') throw new PinKeyError('PIN_KEY_SET_UNTRUSTED');
  const manifest = await verified(signed, manifestPins);
  if (!isManifest(manifest)) throw new PinKeyError('PIN_KEY_SET_MALFORMED');
  // A replayed set could hold a key that was retired because its private half got out.
  if (manifest.exp + CLOCK_TOLERANCE_SECONDS < now().getTime() / 1_000)
    throw new PinKeyError('PIN_KEY_SET_EXPIRED');
  return manifest;
}

function isManifest(value: unknown): value is Manifest {
  const { keys, exp } = (value ?? {}) as Partial<Record<keyof Manifest, unknown>>;
  return Array.isArray(keys) && typeof exp === 'number';
}

/** By the key in the header, and only if it is one of the pinned: nothing else in a header is believed. */
async function verified(signed: string, pins: readonly string[]): Promise<unknown> {
  try {
    const { jwk, typ } = decodeProtectedHeader(signed);
    if (jwk === undefined || typ !== MANIFEST_TYPE) throw new PinKeyError('PIN_KEY_SET_UNTRUSTED');
    const thumbprint = await calculateJwkThumbprint(jwk, 'sha256');
    if (!pins.includes(thumbprint)) throw new PinKeyError('PIN_KEY_SET_UNTRUSTED');
    const { payload } = await compactVerify(signed, await importJWK(jwk, 'ES256'), { algorithms: ['ES256'] });
    return JSON.parse(new TextDecoder().decode(payload)) as unknown;
  } catch {
    throw new PinKeyError('PIN_KEY_SET_UNTRUSTED');
  }
}
