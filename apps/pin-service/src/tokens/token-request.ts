import type { ClientCredentials } from '../edge/authentication/client-authentication.js';
import { OAuthError } from './oauth-error.js';

export interface TokenRequest {
  readonly credentials: ClientCredentials;
  /** The requested scopes; null for all that the client may have. */
  readonly scopes: readonly string[] | null;
}

/** The part of RFC 6749 that this endpoint understands; other parameters are ignored (section 3.2). */
const PARAMETERS = [
  'grant_type',
  'client_id',
  'client_secret',
  'client_assertion_type',
  'client_assertion',
  'tenant_id',
  'scope',
] as const;
type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string>>>;

/** RFC 7523, section 2.2. */
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Longer ids and secrets are not issued; hashing them would be wasted work. */
const LONGEST_CREDENTIAL = 256;

const BASIC = /^Basic ([A-Za-z0-9+/]+={0,2})$/i;
/** RFC 6749, section 3.3: words of these characters, one space between them. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * Reads a client credentials request (RFC 6749, sections 2.3.1 and 4.4.2; RFC 7523, section 2.2).
 *
 * @param form the body, decoded
 * @param authorization the header of that name
 * @throws OAuthError
 */
export function parseTokenRequest(form: URLSearchParams, authorization: string | undefined): TokenRequest {
  const { grant_type, scope, ...body } = parametersOf(form);
  if (grant_type === undefined) throw new OAuthError('invalid_request');
  const credentials = credentialsOf(body, authorization);
  if (grant_type !== 'client_credentials') throw new OAuthError('unsupported_grant_type');
  return { credentials, scopes: scope === undefined ? null : scopesOf(scope) };
}

/**
 * Reads who asks, if the form contains nothing else that is read here (RFC 6749, section 2.3.1).
 *
 * @throws OAuthError
 */
export function parseClientCredentials(
  form: URLSearchParams,
  authorization: string | undefined,
): ClientCredentials {
  return credentialsOf(parametersOf(form), authorization);
}

/** By HTTP Basic, a secret or an assertion in the form, or the certificate of the connection; never two of them. */
function credentialsOf(body: Parameters, authorization: string | undefined): ClientCredentials {
  const { client_assertion: assertion, client_assertion_type: type } = body;
  const ways = [authorization, body.client_secret, assertion].filter((given) => given !== undefined);
  if (ways.length > 1 || (assertion === undefined) !== (type === undefined))
    throw new OAuthError('invalid_request');
  const tenantId = body.tenant_id ?? null;
  // PostgreSQL refuses U+0000 in a parameter, so such a name cannot even be looked up.
  if ([tenantId, body.client_id].some((name) => name?.includes('\0'))) throw new OAuthError('invalid_client');
  if (assertion !== undefined) {
    if (type !== JWT_BEARER) throw new OAuthError('invalid_client');
    return { assertion, clientId: body.client_id ?? null, tenantId };
  }
  const credentials = authorization === undefined ? bodyCredentials(body) : basicCredentials(authorization);
  if (body.client_id !== undefined && body.client_id !== credentials.clientId)
    throw new OAuthError('invalid_request');
  return { ...credentials, tenantId };
}

/** A parameter without a value counts as absent; none may come twice (RFC 6749, section 3.2). */
function parametersOf(form: URLSearchParams): Parameters {
  const given = PARAMETERS.map((name) => [name, form.getAll(name)] as const);
  if (given.some(([, values]) => values.length > 1)) throw new OAuthError('invalid_request');
  return Object.fromEntries(given.flatMap(([name, [value]]) => (value ? [[name, value]] : [])));
}

type Shown = { readonly clientId: string; readonly clientSecret?: string };

function bodyCredentials({ client_id, client_secret }: Parameters): Shown {
  if (client_id === undefined) throw new OAuthError('invalid_client');
  return client_secret === undefined ? checked(client_id) : checked(client_id, client_secret);
}

/** Both are form-encoded before they are joined (RFC 6749, section 2.3.1). */
function basicCredentials(authorization: string): Shown {
  const encoded = BASIC.exec(authorization)?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) throw new OAuthError('invalid_client');
  return checked(formDecoded(text.slice(0, colon)), formDecoded(text.slice(colon + 1)));
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OAuthError('invalid_client');
  }
}

function checked(clientId: string, clientSecret?: string): Shown {
  if (Math.max(clientId.length, clientSecret?.length ?? 0) > LONGEST_CREDENTIAL || clientId.includes('\0'))
    throw new OAuthError('invalid_client');
  return { clientId, ...(clientSecret === undefined ? {} : { clientSecret }) };
}

function scopesOf(scope: string): readonly string[] {
  if (!SCOPE.test(scope)) throw new OAuthError('invalid_scope');
  return [...new Set(scope.split(' '))];
}
