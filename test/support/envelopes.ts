import { constants, createPublicKey, publicEncrypt, randomInt, randomUUID } from 'node:crypto';
import type { EvaluationBounds, EvaluationName, PinEnvelope, TransportKey } from '#libs/hsm';
import { fieldFor } from '#libs/client/pin-block';

/** A card as an envelope needs it. */
export interface EnvelopeCard {
  readonly tenantId: string;
  readonly cardId: string;
  readonly pinAccount: string;
}

export const CARD: EnvelopeCard = {
  tenantId: 'default',
  cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  pinAccount: '987654321098',
};

/** The same PIN account, so that only the card binding distinguishes the two. */
export const OTHER_CARD: EnvelopeCard = { ...CARD, cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3302' };

/** Encrypts any field, malformed ones too, as a card app would. */
export function envelopeOf(field: Uint8Array, key: TransportKey): PinEnvelope {
  const publicKey = createPublicKey({ key: { kty: 'RSA', n: key.n, e: key.e }, format: 'jwk' });
  const oaepHash = key.alg === 'RSA-OAEP' ? 'sha1' : 'sha256';
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash };
  return { kid: key.kid, ciphertext: publicEncrypt({ key: publicKey, ...padding }, field) };
}

export async function envelopeFor(
  pin: string,
  key: TransportKey,
  { pinAccount, cardId }: EnvelopeCard = CARD,
): Promise<PinEnvelope> {
  return envelopeOf(await fieldFor(pin, pinAccount, cardId), key);
}

/** Right length, below the modulus, but not a ciphertext. */
export function garbage({ kid, n }: TransportKey): PinEnvelope {
  const ciphertext = Buffer.from(n, 'base64url');
  for (let index = 0; index < ciphertext.length; index += 1) ciphertext[index] = randomInt(256);
  ciphertext[0] = 1;
  return { kid, ciphertext };
}

/** The evaluation's name in a match; a new one each time. */
export function evaluationName(changed: Partial<EvaluationName> = {}): EvaluationName {
  return { evaluationId: randomUUID(), operation: 'validate', eventNo: '3', ...changed };
}

/** The place of a verifier that is enrolled without an evaluation. */
export const NEW_PLACE = { evaluation: null, eventNo: '1' } as const;

/** Generous bounds for an operation, from now on the monotonic clock. */
export function bounds({ startMs = 8_000, endMs = 10_000 } = {}): EvaluationBounds {
  const now = process.hrtime.bigint();
  return {
    startBefore: now + BigInt(startMs) * 1_000_000n,
    endBefore: now + BigInt(endMs) * 1_000_000n,
  };
}
