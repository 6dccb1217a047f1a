import { fieldFor } from '#libs/pin-block';
import { encodeBase64url } from './base64url.js';
import { assertPinKey, type PinKeyAlgorithm, type PublishedPinKey } from './pin-key.js';

/** What a card app sends instead of a PIN (docs/pin-envelope.md). Each envelope is accepted once. */
export interface EncryptedPin {
  readonly kid: string;
  readonly alg: PinKeyAlgorithm;
  /** base64url without padding, exactly as long as the key's modulus. */
  readonly ciphertext: string;
}

export interface EncryptPinInput {
  /** 4 to 12 digits 0 to 9. */
  readonly pin: string;
  /** The 12 digits the service issued with the card; for PAN-bound cards see pinAccountFromPan. */
  readonly pinAccount: string;
  /** The service's card id, a lower-case UUID. */
  readonly cardId: string;
  /** From currentPinKey. */
  readonly key: PublishedPinKey;
}

/** The hash of OAEP and of its MGF1; SHA-1 is safe in this role (RFC 8017, appendix B.1) and all that some HSMs have. */
const OAEP_HASH: Readonly<Record<PinKeyAlgorithm, 'SHA-1' | 'SHA-256'>> = {
  'RSA-OAEP': 'SHA-1',
  'RSA-OAEP-256': 'SHA-256',
};

/**
 * Encrypts a PIN for one card under the service's published key, so that only its HSM can open it. Runs wherever
 * WebCrypto does: browsers (secure contexts) and Node.js 20 or newer.
 *
 * Make a new envelope for every request, except when the very same request is sent again under the same
 * X-Request-ID. The field's bytes are zeroed afterwards; JavaScript cannot erase the PIN's own string, so
 * keep it no longer than needed.
 *
 * @throws PinBlockError for a malformed PIN, PIN account or card id; PinKeyError for a key that must not be used
 */
export async function encryptPin({ pin, pinAccount, cardId, key }: EncryptPinInput): Promise<EncryptedPin> {
  assertPinKey(key);
  const { kid, alg, n, e } = key;
  const { subtle } = globalThis.crypto;
  const jwk = { kty: 'RSA', alg, use: 'enc', n, e };
  const publicKey = await subtle.importKey('jwk', jwk, { name: 'RSA-OAEP', hash: OAEP_HASH[alg] }, false, [
    'encrypt',
  ]);
  const field = await fieldFor(pin, pinAccount, cardId);
  try {
    const ciphertext = await subtle.encrypt({ name: 'RSA-OAEP' }, publicKey, field);
    return { kid, alg, ciphertext: encodeBase64url(new Uint8Array(ciphertext)) };
  } finally {
    field.fill(0);
  }
}
