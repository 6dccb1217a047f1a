import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { writePrivateFile } from './private-file.js';

const ALGORITHM = 'RS256';

export interface ProviderKeys {
  /** The signing key as a JWK, with its private part. */
  readonly signing: JWK;
  /** A JWKS file (RFC 7517) with its public part, for OIDC_KEYS_FILE. */
  readonly publicFile: string;
}

/** The key that signs the provider's tokens: made once, so that tokens outlive a new start. */
export async function providerKeys(directory: string): Promise<ProviderKeys> {
  const file = join(directory, 'signing-key.json');
  if (!existsSync(file)) writePrivateFile(file, `${JSON.stringify(await made())}\n`);
  const signing = JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const publicFile = join(directory, 'public-keys.json');
  writePrivateFile(publicFile, `${JSON.stringify({ keys: [publicPartOf(signing)] })}\n`);
  return { signing, publicFile };
}

async function made(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: ALGORITHM, use: 'sig' };
}

/** Named one by one: what is forgotten here is missing, not published. */
function publicPartOf({ kty, n, e, kid, alg, use }: JWK): JWK {
  return Object.fromEntries(
    Object.entries({ kty, n, e, kid, alg, use }).filter(([, value]) => value !== undefined),
  );
}
