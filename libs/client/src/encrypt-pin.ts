import { assertCardId, assertPin, assertPinAccount, fieldFor, type PinDigits } from './pin-block/index.js';
import { encodeBase64url } from './encoding.js';
import { verifiedKeySet, type ManifestTrust } from './manifest.js';
import {
  assertPinKey,
  currentPinKey,
  type PinKeyAlgorithm,
  type PinKeySet,
  type PublishedPinKey,
} from './pin-key.js';
import { subtleOf, type WebCrypto } from './web-crypto.js';

/** What a card app sends instead of a PIN (docs/pin-envelope.md). Each envelope is accepted once. */
export interface EncryptedPin {
  readonly kid: string;
  readonly alg: PinKeyAlgorithm;
  /** base64url without padding, exactly as long as the key's modulus. */
  readonly ciphertext: string;
}

export interface PinAndCard {
  /**
   * 4 to 12 digits: text, or one byte a digit with the values 0 to 9. Bytes are read after the first wait: zero them when
   * the envelope is there, and not before.
   */
  readonly pin: PinDigits;
  /** The 12 digits the service issued with the card; for PAN-bound cards see pinAccountFromPan. */
  readonly pinAccount: string;
  /** The service's card id, a lower-case UUID. */
  readonly cardId: string;
}

export interface EncryptPinInput extends PinAndCard, ManifestTrust {
  /** The parsed body of GET /v1/pin-keys, by whatever way it came. */
  readonly keySet: PinKeySet;
}

export interface EncryptPinForInput extends PinAndCard {
  /** From currentPinKey. */
  readonly key: PublishedPinKey;
  /** Default: the platform's. */
  readonly crypto?: WebCrypto | undefined;
}

/** The hash of OAEP and of its MGF1; SHA-1 is safe in this role (RFC 8017, appendix B.1) and all that some HSMs have. */
const OAEP_HASH: Readonly<Record<PinKeyAlgorithm, 'SHA-1' | 'SHA-256'>> = {
  'RSA-OAEP': 'SHA-1',
  'RSA-OAEP-256': 'SHA-256',
};

/**
 * Encrypts a PIN for one card under the current key of a key set that the service's HSM has signed, so that only that
 * HSM can open it: a compromised backend cannot hand the app a key of its own. Runs wherever WebCrypto does: browsers
 * (secure contexts), Node.js 20 or newer, and React Native with a WebCrypto passed in.
 *
 * Make a new envelope for every request, except when the very same request is sent again under the same
 * X-Request-ID. The field's bytes are zeroed afterwards; JavaScript cannot erase the PIN's own string, so
 * keep it no longer than needed.
 *
 * @throws PinBlockError for a malformed PIN, PIN account or card id, before any key is looked at; WebCryptoMissing;
 *   PinKeyError for a key set that must not be believed or a key that must not be used
 */
export async function encryptPin(input: EncryptPinInput): Promise<EncryptedPin> {
  assertPinAndCard(input);
  const key = currentPinKey(await verifiedKeySet(input.keySet, input));
  return await encryptPinFor({ ...input, key });
}

/**
 * The same under a key that is trusted by other means, e.g. in a program that fetches it from the service itself over
 * TLS. An app that gets the key through a backend uses encryptPin.
 *
 * @throws as encryptPin does
 */
export async function encryptPinFor({ key, crypto, ...input }: EncryptPinForInput): Promise<EncryptedPin> {
  assertPinAndCard(input);
  const subtle = subtleOf(crypto);
  assertPinKey(key);
  const { kid, alg, n, e } = key;
  const jwk = { kty: 'RSA', alg, use: 'enc', n, e };
  const rsa = { name: 'RSA-OAEP', hash: OAEP_HASH[alg] };
  const publicKey = await subtle.importKey('jwk', jwk, rsa, false, ['encrypt']);
  const field = await fieldFor(input.pin, input.pinAccount, input.cardId, subtle);
  try {
    const ciphertext = await subtle.encrypt({ name: 'RSA-OAEP' }, publicKey, field);
    return { kid, alg, ciphertext: encodeBase64url(new Uint8Array(ciphertext)) };
  } finally {
    field.fill(0);
  }
}

function assertPinAndCard({ pin, pinAccount, cardId }: PinAndCard): void {
  assertPin(pin);
  assertPinAccount(pinAccount);
  assertCardId(cardId);
}
