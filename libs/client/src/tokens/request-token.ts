import { TokenError, type TokenErrorCode } from './token-error.js';

const TIMEOUT_MS = 10_000;
const OAUTH_CODES: readonly TokenErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'unsupported_grant_type',
];

export interface TokenRequest {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
  readonly fetch?: typeof fetch;
}

export interface IssuedToken {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** One request to the token endpoint. @throws TokenError, or what `fetch` throws */
export async function requestToken(request: TokenRequest): Promise<IssuedToken> {
  const { baseUrl, clientId, clientSecret, scopes, fetch: send = fetch } = request;
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (scopes !== undefined) form.set('scope', scopes.join(' '));
  const response = await send(new URL('/v1/oauth/token', baseUrl), {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const body: unknown = await response.json().catch(() => null);
  if (response.ok && isTokenAnswer(body)) {
    return { value: body.access_token, lifetimeMs: body.expires_in * 1_000 };
  }
  throw new TokenError(codeOf(body), { status: response.status });
}

/** Both parts are form-encoded before they are joined (RFC 6749, section 2.3.1). */
function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function isTokenAnswer(body: unknown): body is { access_token: string; expires_in: number } {
  if (typeof body !== 'object' || body === null) return false;
  const { access_token: token, expires_in: seconds } = body as Record<string, unknown>;
  return typeof token === 'string' && typeof seconds === 'number' && seconds > 0;
}

function codeOf(body: unknown): TokenErrorCode {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return OAUTH_CODES.find((code) => code === error) ?? 'unexpected';
}
