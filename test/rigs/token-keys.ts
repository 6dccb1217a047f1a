import { writeFileSync } from 'node:fs';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type CryptoKey,
  type GenerateKeyPairResult,
} from 'jose';

/** The signing key of a simulated identity provider, and its public half as a JWKS file. */
export interface TokenKeys {
  readonly signingKey: CryptoKey;
  readonly kid: string;
}

/** To find its primes takes longer than many a test, so all providers of a process share it. */
let keyPair: Promise<GenerateKeyPairResult> | undefined;

export async function makeTokenKeys(jwksFile: string): Promise<TokenKeys> {
  keyPair ??= generateKeyPair('RS256', { modulusLength: 2048 });
  const { privateKey, publicKey } = await keyPair;
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  writeFileSync(jwksFile, JSON.stringify({ keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] }));
  return { signingKey: privateKey, kid };
}
