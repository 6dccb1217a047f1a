import { Dpop, type DpopKeyPair } from '../proofs/dpop.js';
import type { ProvingCredentials, ShownProof } from '../proofs/client-proof.js';
import type { Timing } from '../timing.js';
import { AccessTokens } from '../tokens/access-tokens.js';
import type { Fetch } from './answer.js';

/** Tokens of an OpenID provider that the service trusts. */
export interface TokenSource {
  /** @param refused the token that the service has just refused, if it did: get another one then */
  readonly accessToken: (refused?: string) => string | Promise<string>;
}

export type Credentials = ProvingCredentials | TokenSource;

/** What goes along with one request. */
export interface Authorized {
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How a client proves who it is. */
export interface Identity {
  /** @param url without a query */
  readonly authorize: (method: string, url: string) => Promise<Authorized>;
  readonly refused: (token: string) => void;
  /** Of an answer, for the proofs after it. */
  readonly heed: (nonce: string | null) => void;
  /** The client itself. @throws TypeError where only tokens are known here */
  readonly show: () => Promise<ShownProof>;
}

export function identityOf(
  credentials: Credentials,
  to: { baseUrl: string; fetch: Fetch; timing: Timing; dpop: DpopKeyPair | true | undefined },
): Identity {
  const { baseUrl, fetch, timing } = to;
  const dpop = to.dpop === undefined ? null : new Dpop(to.dpop);
  const heed = (nonce: string | null) => dpop?.heed(nonce);
  if ('accessToken' in credentials) return { ...identityOfProvider(credentials, dpop), heed };
  const tokens = new AccessTokens(
    { ...credentials, baseUrl, fetch, now: timing.now, random: timing.random },
    dpop,
  );
  return {
    authorize: async (method, url) => {
      const { value, isBound } = await tokens.held();
      return await authorized(value, isBound ? dpop : null, method, url);
    },
    refused: (token) => tokens.invalidate(token),
    heed,
    show: tokens.show,
  };
}

function identityOfProvider({ accessToken }: TokenSource, dpop: Dpop | null): Omit<Identity, 'heed'> {
  let last: string | undefined;
  return {
    authorize: async (method, url) => {
      const refused = last;
      last = undefined;
      return await authorized(await accessToken(refused), dpop, method, url);
    },
    refused: (token) => void (last = token),
    show: () => Promise.reject(new TypeError('only a client that proves itself can change how it does')),
  };
}

async function authorized(
  token: string,
  dpop: Dpop | null,
  method: string,
  url: string,
): Promise<Authorized> {
  if (dpop === null) return { token, headers: { authorization: `Bearer ${token}` } };
  const proof = await dpop.proof(method, url, token);
  return { token, headers: { authorization: `DPoP ${token}`, dpop: proof } };
}
