import { writeFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type CryptoKey } from 'jose';

/** The signing key of an identity provider that a test plays, and its public half as a JWKS file. */
export interface TokenKeys {
  readonly signingKey: CryptoKey;
  readonly kid: string;
}

export async function makeTokenKeys(jwksFile: string): Promise<TokenKeys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] }));
  return { signingKey: privateKey, kid };
}
