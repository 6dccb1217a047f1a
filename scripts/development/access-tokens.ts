import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import { writePrivateFile } from './private-file.js';

/** Production refuses tokens of this issuer. */
export const DEVELOPMENT_ISSUER = 'https://pinward.invalid/development';
export const DEVELOPMENT_AUDIENCE = 'pinward';

const TENANT = 'default';
const TOKEN_LIFETIME = '30 days';

/** Who calls the development service: a card app, and two operators, since some steps take two persons. */
const CLIENTS: readonly { readonly clientId: string; readonly scopes: readonly string[] }[] = [
  {
    clientId: 'card-app',
    scopes: [
      'cards:read',
      'cards:write',
      'cards:reveal',
      'pin:set',
      'pin:validate',
      'pin:change',
      'pin:reset',
      'otp:issue',
    ],
  },
  ...['operator-1', 'operator-2'].map((clientId) => ({
    clientId,
    scopes: ['ops:read', 'ops:unlock', 'ops:clients', 'audit:read', 'webhooks:manage'],
  })),
];

export interface TokenKeys {
  readonly privateJwk: JWK;
  /** The JWK Set (RFC 7517, section 5) that the service trusts. */
  readonly publicFile: string;
}

export interface IssuedClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly token: string;
}

/** The RS256 pair that signs development tokens: made once, then kept. */
export async function tokenKeys(directory: string): Promise<TokenKeys> {
  const privateFile = join(directory, 'private.jwk.json');
  const publicFile = join(directory, 'jwks.json');
  const privateJwk = readJwk(privateFile) ?? (await makePrivateJwk());
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writePrivateFile(privateFile, `${JSON.stringify(privateJwk)}\n`);
  const { kty, n, e, kid } = privateJwk;
  writePrivateFile(
    publicFile,
    `${JSON.stringify({ keys: [{ kty, n, e, kid, alg: 'RS256', use: 'sig' }] })}\n`,
  );
  return { privateJwk, publicFile };
}

/** One fresh access token (RFC 9068) for each client. */
export async function issueTokens({ privateJwk }: TokenKeys, now: Date): Promise<IssuedClient[]> {
  const key = (await importJWK(privateJwk, 'RS256')) as CryptoKey;
  return await Promise.all(
    CLIENTS.map(async ({ clientId, scopes }) => ({
      clientId,
      clientSecret: clientSecret(privateJwk, clientId),
      scopes,
      token: await new SignJWT({ client_id: clientId, tenant_id: TENANT, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: privateJwk.kid ?? '' })
        .setIssuer(DEVELOPMENT_ISSUER)
        .setAudience(DEVELOPMENT_AUDIENCE)
        .setSubject(clientId)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(TOKEN_LIFETIME)
        .sign(key),
    })),
  );
}

/** The same at every start, and different in every checkout; nothing checks it before there is a token endpoint. */
function clientSecret(privateJwk: JWK, clientId: string): string {
  return createHmac('sha256', privateJwk.d ?? '')
    .update(`pinward:development-client:${clientId}`)
    .digest('base64url');
}

async function makePrivateJwk(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk) };
}

function readJwk(file: string): JWK | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JWK;
  } catch {
    return undefined;
  }
}
