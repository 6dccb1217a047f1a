import { createHash } from 'node:crypto';
import { PinwardError } from '#libs/errors';
import type { PinEnvelope, PinHsm } from '#libs/hsm';
import type { EnvelopeId } from './try-counter/evaluation.js';

/** An encrypted PIN as it arrives; `alg` is the JOSE name (RFC 7518, section 4.1). */
export interface EncryptedPin {
  readonly kid: string;
  readonly alg: string;
  /** base64url without padding. */
  readonly ciphertext: string;
}

export interface ParsedEnvelope {
  readonly envelope: PinEnvelope;
  readonly id: EnvelopeId;
}

/**
 * Checks everything about an envelope that needs no private key, so that a malformed one never costs a try.
 *
 * @param pointer JSON pointer of the envelope in the request body, for the error
 * @throws PinwardError REQUEST_INVALID, or PIN_KEY_RETIRED: fetch the keys again and encrypt anew
 */
export function parseEnvelope(pin: EncryptedPin, pointer: string, hsm: PinHsm): ParsedEnvelope {
  const key = hsm.transportKeys().find(({ kid }) => kid === pin.kid);
  if (key === undefined) {
    if (hsm.transportKeyState(pin.kid) === 'retired') throw new PinwardError('PIN_KEY_RETIRED');
    throw invalid(`${pointer}/kid`, 'is not a published PIN key: fetch GET /v1/pin-keys');
  }
  if (pin.alg !== key.alg) throw invalid(`${pointer}/alg`, `must be ${key.alg} for this kid`);
  const ciphertext = Buffer.from(pin.ciphertext, 'base64url');
  // Node's decoder skips characters that it does not know. Only the canonical form may pass, or one envelope would have
  // many spellings.
  if (ciphertext.toString('base64url') !== pin.ciphertext) {
    throw invalid(`${pointer}/ciphertext`, 'must be base64url without padding');
  }
  const modulus = Buffer.from(key.n, 'base64url');
  // RFC 8017, section 7.1.2: k octets, and an integer below the modulus.
  if (ciphertext.length !== modulus.length) {
    throw invalid(`${pointer}/ciphertext`, `must be ${modulus.length} bytes long for this kid`);
  }
  if (ciphertext.compare(modulus) >= 0 || ciphertext.every((byte) => byte === 0)) {
    throw invalid(`${pointer}/ciphertext`, 'is out of range for this kid');
  }
  const digest = createHash('sha256').update(ciphertext).digest();
  return { envelope: { kid: key.kid, ciphertext }, id: { kid: key.kid, digest } };
}

function invalid(pointer: string, detail: string): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: [{ pointer, detail }] });
}
