import { createHash } from 'node:crypto';
import type { MacKind } from '../contract/keys.js';
import { TAG_BYTES } from '../evaluation/verifier-mac.js';
import type { HeldEcKey } from './public-keys.js';
import type { HeldRsaKey } from './key-pick-up.js';
import type { Token } from './token.js';

/** HMAC-SHA256 inside the HSM. */
export function secretMac(
  token: Token,
  { kind, generation }: { readonly kind: MacKind; readonly generation: number },
  input: Buffer,
): Buffer {
  const key = token.keys.mac[kind].get(generation);
  if (key === undefined) throw new Error(`${kind}-${generation} is not held`);
  return token.session.sign(token.mechanisms.hmacSha256, key.handle, input, Buffer.alloc(TAG_BYTES));
}

/** RSASSA-PKCS1-v1_5 with SHA-256 by a token-signing key inside the HSM. */
export function tokenSignature(token: Token, { handle, jwk }: HeldRsaKey, input: Buffer): Buffer {
  const modulusLength = Buffer.byteLength(jwk.n, 'base64url');
  return token.session.sign(token.mechanisms.rsaSha256, handle, input, Buffer.alloc(modulusLength));
}

const P256_SIGNATURE_BYTES = 64;

/** ECDSA P-256 over the SHA-256 digest, by a signing key on P-256 inside the HSM; r and s, 32 bytes each. */
export function ecSignature(token: Token, { handle }: HeldEcKey, input: Buffer): Buffer {
  const digest = createHash('sha256').update(input).digest();
  return token.session.sign(token.mechanisms.ecdsa, handle, digest, Buffer.alloc(P256_SIGNATURE_BYTES));
}
