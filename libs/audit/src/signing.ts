import { createPublicKey } from 'node:crypto';
import { HsmUnavailable, type EcSigningKey, type PinHsm } from '#libs/hsm';
import { checkpointText, signedNote, type Checkpoint } from './checkpoint/checkpoint.js';
import { verifierKey, type VerifierKey } from './checkpoint/verifier-key.js';

/** The keys that verify checkpoints of this trail: every audit-signing key that is not retired. */
export function verifierKeys(hsm: PinHsm, origin: string): readonly VerifierKey[] {
  return hsm.signingKeys('audit-signing').map((key) => verifierKey(origin, publicKeyOf(key)));
}

/** Signs a tree head inside the HSM. @throws HsmFault */
export async function signCheckpoint(hsm: PinHsm, checkpoint: Checkpoint): Promise<string> {
  return await signText(hsm, checkpoint.origin, checkpointText(checkpoint));
}

/**
 * A signed note of any text, under the key of the trail's heads. Its first line says what it is, so that it passes for
 * nothing else: that of a head is the origin.
 *
 * @throws HsmFault
 */
export async function signText(hsm: PinHsm, origin: string, text: string): Promise<string> {
  const { kid, value } = await hsm.sign('audit-signing', Buffer.from(text, 'utf8'));
  const key = hsm.signingKeys('audit-signing').find((published) => published.kid === kid);
  if (key === undefined) throw new HsmUnavailable('the key that signed is not published');
  return signedNote(text, verifierKey(origin, publicKeyOf(key)), value);
}

function publicKeyOf({ x, y }: EcSigningKey) {
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}
