import { encodeBase64url } from '../../encoding.js';
import { subtleOf, type Subtle, type WebCryptoKey } from '../../web-crypto.js';

/** A private key of WebCrypto, as a JWK (RFC 7517), or in PEM ("BEGIN PRIVATE KEY", PKCS #8). */
export type PrivateKey = WebCryptoKey | PrivateJwk | string;
export type PrivateJwk = Readonly<Record<string, unknown>> & { readonly kty: string };

/** What the service takes of its clients: RSA with PSS, the curve P-256, or Ed25519. */
type SigningAlgorithm = 'PS256' | 'ES256' | 'EdDSA';

/** Signs JWTs; the key stays in it. */
export interface Signer {
  readonly alg: SigningAlgorithm;
  readonly sign: (header: object, claims: object) => Promise<string>;
}

/** The key is none that the service takes. It is not in the message. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
  readonly code = 'SIGNING_KEY_UNFIT';

  constructor(cause?: unknown) {
    super('no private key of RSA for PSS with SHA-256, of P-256 or of Ed25519', { cause });
  }
}

interface Kind {
  readonly alg: SigningAlgorithm;
  /** Of the import and of the key. */
  readonly algorithm: { readonly name: string; readonly namedCurve?: string; readonly hash?: string };
  readonly signing: { readonly name: string; readonly hash?: string; readonly saltLength?: number };
}

/** RFC 7518, sections 3.4 and 3.5; RFC 8037, section 3.1. A salt is as long as the hash. */
const KINDS: readonly Kind[] = [
  {
    alg: 'ES256',
    algorithm: { name: 'ECDSA', namedCurve: 'P-256' },
    signing: { name: 'ECDSA', hash: 'SHA-256' },
  },
  { alg: 'EdDSA', algorithm: { name: 'Ed25519' }, signing: { name: 'Ed25519' } },
  {
    alg: 'PS256',
    algorithm: { name: 'RSA-PSS', hash: 'SHA-256' },
    signing: { name: 'RSA-PSS', saltLength: 32 },
  },
];

/** @throws SigningKeyError, WebCryptoMissing */
export async function signerOf(given: PrivateKey): Promise<Signer> {
  const subtle = subtleOf(undefined);
  const { key, kind } = await read(subtle, given);
  const { alg, signing } = kind;
  return {
    alg,
    sign: async (header, claims) => {
      const text = `${encoded({ alg, ...header })}.${encoded(claims)}`;
      const signature = await subtle.sign(signing, key, new TextEncoder().encode(text));
      return `${text}.${encodeBase64url(new Uint8Array(signature))}`;
    },
  };
}

async function read(subtle: Subtle, given: PrivateKey): Promise<{ key: WebCryptoKey; kind: Kind }> {
  if (typeof given === 'string') return await readPem(subtle, given);
  if ('kty' in given) return await readJwk(subtle, given);
  const kind = KINDS.find((one) => isOf(given.algorithm, one));
  if (kind === undefined || given.type !== 'private') throw new SigningKeyError();
  return { key: given, kind };
}

async function readJwk(subtle: Subtle, jwk: PrivateJwk): Promise<{ key: WebCryptoKey; kind: Kind }> {
  const wanted = { EC: 'ES256', OKP: 'EdDSA', RSA: 'PS256' }[jwk.kty];
  const kind = KINDS.find(({ alg }) => alg === wanted);
  if (kind === undefined || jwk['d'] === undefined) throw new SigningKeyError();
  // What a key may be used for is said anew; WebCrypto refuses an `alg` that it reads otherwise.
  const { alg: _, use: __, key_ops: ___, kid: ____, ...numbers } = jwk;
  try {
    return { key: await subtle.importKey('jwk', numbers, kind.algorithm, false, ['sign']), kind };
  } catch (cause) {
    throw new SigningKeyError(cause);
  }
}

/** The kind of key is in the bytes, where WebCrypto looks for the one that it is told. */
async function readPem(subtle: Subtle, pem: string): Promise<{ key: WebCryptoKey; kind: Kind }> {
  const [, body] = /-----BEGIN PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END PRIVATE KEY-----/.exec(pem) ?? [];
  if (body === undefined) throw new SigningKeyError();
  const bytes = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0));
  let cause: unknown;
  for (const kind of KINDS) {
    try {
      return { key: await subtle.importKey('pkcs8', bytes, kind.algorithm, false, ['sign']), kind };
    } catch (fault) {
      cause = fault;
    }
  }
  throw new SigningKeyError(cause);
}

function isOf(given: object, { algorithm }: Kind): boolean {
  const { name, namedCurve, hash } = given as {
    name?: string;
    namedCurve?: string;
    hash?: { name?: string };
  };
  return (
    name === algorithm.name &&
    (algorithm.namedCurve === undefined || namedCurve === algorithm.namedCurve) &&
    (algorithm.hash === undefined || hash?.name === algorithm.hash)
  );
}

function encoded(part: object): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(part)));
}
