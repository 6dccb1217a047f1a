import type { SigningKind } from './contract/keys.js';
import type { PinHsm } from './contract/pin-hsm.js';

/** JWS algorithms (RFC 7518, section 3.1) of the keys that sign JWSs. */
const ALGORITHMS = { 'token-signing': 'RS256', 'manifest-signing': 'ES256' } as const satisfies Partial<
  Record<SigningKind, string>
>;

/** The parts to sign, with the key that the header names. */
export interface JwsParts {
  readonly typ: string;
  readonly kid: string;
  /** Goes into the header if a verifier has no other way to know the key. */
  readonly jwk?: object;
  readonly payload: object;
}

/**
 * A JWS in compact serialization (RFC 7515, section 7.1), signed inside the HSM.
 *
 * @returns null if the key has just been rotated: then the header names the previous one
 * @throws HsmFault
 */
export async function signedJws(
  hsm: PinHsm,
  kind: keyof typeof ALGORITHMS,
  { payload, ...header }: JwsParts,
): Promise<string | null> {
  const input = `${encoded({ alg: ALGORITHMS[kind], ...header })}.${encoded(payload)}`;
  const { kid, value } = await hsm.sign(kind, Buffer.from(input, 'ascii'));
  return kid === header.kid ? `${input}.${value.toString('base64url')}` : null;
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part), 'utf8').toString('base64url');
}
