import { basicAuthorization } from '../calls/addresses.js';
import { isObject, readAnswer, type Fetch } from '../calls/answer.js';
import { TokenError } from '../tokens/token-error.js';
import { signerOf, type PrivateKey, type Signer } from './signing.js';

interface Named {
  readonly clientId: string;
  /** Where clients of several tenants have one id. */
  readonly tenantId?: string;
}

/** A client of the service's register (docs/clients.md). */
export interface ClientCredentials extends Named {
  /** As a function it is asked for each token, so that a rotated secret is picked up. */
  readonly clientSecret: string | (() => string | Promise<string>);
  /** Fewer scopes than the client has. */
  readonly scopes?: readonly string[];
}

/** One of the client's registered keys. */
export interface SigningKey {
  readonly privateKey: PrivateKey;
  /** Its name in the register. */
  readonly kid: string;
}

/** A client with keys in place of a secret: each request for a token has an assertion that one of them has signed. */
export type KeyCredentials = Named & {
  readonly scopes?: readonly string[];
  /** The `iss` of the service's tokens. Default: asked of the service once. */
  readonly issuer?: string;
} & (
    | SigningKey
    /** As a function it is asked for each assertion, so that a rotated key is picked up. */
    | { readonly currentKey: () => SigningKey | Promise<SigningKey> }
  );

/** A client with a certificate in place of a secret: it is the one of the connection, which `fetch` or `dispatcher` makes. */
export interface CertificateCredentials extends Named {
  readonly certificate: true;
  readonly scopes?: readonly string[];
}

export type ProvingCredentials = ClientCredentials | KeyCredentials | CertificateCredentials;

/** How a request says which client it is of, and proves it. */
export interface ShownProof {
  readonly authorization?: string;
  readonly members: Readonly<Record<string, string>>;
}

/** RFC 7523, section 2.2. */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** An assertion serves for one request; the service takes up to 300. */
const LIFE_SECONDS = 60;
const METADATA = '/.well-known/oauth-authorization-server';
const TIMEOUT_MS = 10_000;

/** Makes a proof for each request. The functions throw what the given ones throw, SigningKeyError and TokenError. */
export function proverOf(
  credentials: ProvingCredentials,
  service: { readonly baseUrl: string; readonly fetch: Fetch },
): () => Promise<ShownProof> {
  const { clientId, tenantId } = credentials;
  const tenant = tenantId === undefined ? {} : { tenant_id: tenantId };
  if ('clientSecret' in credentials) {
    const { clientSecret } = credentials;
    return async () => {
      const secret = typeof clientSecret === 'string' ? clientSecret : await clientSecret();
      return { authorization: basicAuthorization(clientId, secret), members: tenant };
    };
  }
  if ('certificate' in credentials) return async () => ({ members: { client_id: clientId, ...tenant } });
  const issuer = issuerOf(credentials, service);
  const sign = signing(credentials);
  return async () => {
    const assertion = await sign({
      ...{ iss: clientId, sub: clientId, aud: await issuer(), jti: crypto.randomUUID() },
      exp: Math.floor(Date.now() / 1_000) + LIFE_SECONDS,
    });
    return { members: { client_assertion_type: JWT_BEARER, client_assertion: assertion, ...tenant } };
  };
}

function signing(credentials: KeyCredentials): (claims: object) => Promise<string> {
  const signers = new Map<PrivateKey, Promise<Signer>>();
  return async (claims) => {
    const { privateKey, kid } = 'currentKey' in credentials ? await credentials.currentKey() : credentials;
    const known = signers.get(privateKey) ?? signerOf(privateKey);
    // Of the key in use alone.
    signers.clear();
    signers.set(privateKey, known);
    return await (await known).sign({ kid }, claims);
  };
}

/** RFC 8414. Asked once; after a failure again. */
function issuerOf(
  { issuer: given }: KeyCredentials,
  { baseUrl, fetch }: { readonly baseUrl: string; readonly fetch: Fetch },
): () => Promise<string> {
  let known: Promise<string> | null = given === undefined ? null : Promise.resolve(given);
  const ask = async () => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { accept: 'application/json' };
    const response = await fetch(`${baseUrl}${METADATA}`, {
      method: 'GET',
      headers,
      redirect: 'manual',
      signal,
    });
    const { status, body, retryAfterSeconds } = await readAnswer(response, '');
    const issuer = isObject(body) ? body['issuer'] : undefined;
    if (status === 200 && typeof issuer === 'string') return issuer;
    throw new TokenError('unexpected', { status, retryAfterSeconds });
  };
  return async () => {
    known ??= ask();
    try {
      return await known;
    } catch (fault) {
      known = null;
      throw fault;
    }
  };
}
