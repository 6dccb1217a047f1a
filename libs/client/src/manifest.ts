import { isJsonObject } from './encoding.js';
import { PinKeyError } from './pin-key-error.js';
import type { PinKeySet } from './pin-key.js';
import { verifiedPayload } from './signed-set.js';
import { subtleOf, type WebCrypto } from './web-crypto.js';

/** How far a device's clock may be behind or ahead, seconds. */
const CLOCK_TOLERANCE_SECONDS = 300;

export interface ManifestTrust {
  /**
   * RFC 7638 SHA-256 thumbprints of the manifest keys, base64url: shipped with the app, the next one beside the current
   * one. They are what keeps an attacker between app and HSM from giving the app another key.
   */
  readonly manifestPins: readonly string[];
  readonly now?: () => Date;
  /** Default: the platform's. */
  readonly crypto?: WebCrypto | undefined;
}

interface Manifest extends PinKeySet {
  /** Seconds since 1970 after which another answer must be fetched. */
  readonly exp: number;
}

/**
 * The key set as the service's HSM signed it. What stands beside the signature is not looked at.
 *
 * @param answer the parsed body of GET /v1/pin-keys
 * @throws WebCryptoMissing; PinKeyError KEY_SET_MISSING, PINS_MISSING, PIN_KEY_SET_MALFORMED, PIN_KEY_SET_UNTRUSTED,
 *   PIN_KEY_SET_EXPIRED
 */
export async function verifiedKeySet(
  answer: PinKeySet,
  { manifestPins, now = () => new Date(), crypto }: ManifestTrust,
): Promise<PinKeySet> {
  const subtle = subtleOf(crypto);
  const manifest = await verifiedPayload(signedPartOf(answer), pinsOf(manifestPins), subtle);
  if (!isManifest(manifest)) throw new PinKeyError('PIN_KEY_SET_MALFORMED');
  // A replayed set could hold a key that was retired because its private half got out.
  if (manifest.exp + CLOCK_TOLERANCE_SECONDS < now().getTime() / 1_000)
    throw new PinKeyError('PIN_KEY_SET_EXPIRED');
  return manifest;
}

function signedPartOf(answer: unknown): string {
  if (!isJsonObject(answer)) throw new PinKeyError('KEY_SET_MISSING');
  const { keys, signed } = answer;
  if (typeof signed === 'string') return signed;
  // Any other answer of the service or a proxy, such as a problem.
  throw new PinKeyError(Array.isArray(keys) ? 'PIN_KEY_SET_UNTRUSTED' : 'PIN_KEY_SET_MALFORMED');
}

function pinsOf(pins: unknown): readonly string[] {
  if (!Array.isArray(pins) || pins.length === 0) throw new PinKeyError('PINS_MISSING');
  return pins as readonly string[];
}

function isManifest(value: unknown): value is Manifest {
  return isJsonObject(value) && Array.isArray(value['keys']) && typeof value['exp'] === 'number';
}
