import { isObject, readAnswer, type Answer, type Fetch } from '../calls/answer.js';
import type { ShownProof } from '../proofs/client-proof.js';
import type { Dpop } from '../proofs/dpop.js';
import { TokenError, type TokenErrorCode } from './token-error.js';

const TIMEOUT_MS = 10_000;
const OAUTH_CODES: readonly TokenErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_grant_type',
  'invalid_dpop_proof',
  'use_dpop_nonce',
];

export interface TokenRequest {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** Makes a proof of the client for each request. */
  readonly show: () => Promise<ShownProof>;
  readonly scopes: readonly string[] | undefined;
  /** Binds the token. */
  readonly dpop: Dpop | null;
}

export interface IssuedToken {
  readonly value: string;
  readonly isBound: boolean;
  readonly lifetimeMs: number;
}

/** One token; where the service asks for a nonce, a second request has it. @throws TokenError, or what `fetch` throws */
export async function requestToken(request: TokenRequest): Promise<IssuedToken> {
  const first = await ask(request);
  const { status, body, retryAfterSeconds } =
    codeOf(first.body) === 'use_dpop_nonce' ? await ask(request) : first;
  if (status === 200 && isTokenAnswer(body)) {
    const isBound = String(body.token_type).toLowerCase() === 'dpop';
    return { value: body.access_token, isBound, lifetimeMs: body.expires_in * 1_000 };
  }
  throw new TokenError(codeOf(body), { status, retryAfterSeconds, description: descriptionIn(body) });
}

async function ask({ baseUrl, fetch, show, scopes, dpop }: TokenRequest): Promise<Answer> {
  const url = `${baseUrl}/v1/oauth/token`;
  const { authorization, members } = await show();
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...members });
  if (scopes !== undefined) form.set('scope', scopes.join(' '));
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(dpop === null ? {} : { dpop: await dpop.proof('POST', url) }),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  dpop?.heed(response.headers.get('dpop-nonce'));
  return await readAnswer(response, '');
}

function isTokenAnswer(
  body: unknown,
): body is { access_token: string; token_type?: unknown; expires_in: number } {
  if (!isObject(body)) return false;
  const { access_token: token, expires_in: seconds } = body;
  return typeof token === 'string' && typeof seconds === 'number' && seconds > 0;
}

function codeOf(body: unknown): TokenErrorCode {
  const error = isObject(body) ? body['error'] : undefined;
  return OAUTH_CODES.find((code) => code === error) ?? 'unexpected';
}

/** A fixed text of the service. */
function descriptionIn(body: unknown): string | undefined {
  const description = isObject(body) ? body['error_description'] : undefined;
  return typeof description === 'string' ? description : undefined;
}
