import { HsmMisconfigured } from '#libs/hsm';
import type { HeldEcKeys } from '../../hsm/src/pkcs11/key-pick-up.js';

/** Public part of a P-256 key, base64url as in a JWK (RFC 7518, section 6.2.1). */
export interface EcPublicJwk {
  readonly x: string;
  readonly y: string;
}

/** @throws HsmMisconfigured when no key of this id is held */
export function publicEcKey({ held }: HeldEcKeys, kid: string): EcPublicJwk {
  const key = [...held.values()].find((candidate) => candidate.kid === kid);
  if (key === undefined) throw new HsmMisconfigured(`${kid} is not held`);
  return key.jwk;
}
