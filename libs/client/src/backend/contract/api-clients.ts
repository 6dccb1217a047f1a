import { body, operation } from '../calls/operation.js';

/** What a client may do (docs/http-api.md); those of operators begin with ops, audit and webhooks. */
export type Scope =
  | 'cards:read'
  | 'cards:write'
  | 'cards:import'
  | 'cards:reveal'
  | 'pin:set'
  | 'pin:validate'
  | 'pin:change'
  | 'pin:reset'
  | 'otp:issue'
  | 'chip:report'
  | 'ops:read'
  | 'ops:unlock'
  | 'ops:clients'
  | 'ops:policy'
  | 'ops:brakes'
  | 'ops:incidents'
  | 'audit:read'
  | 'webhooks:manage';

/** A program or an operator that may call the API. Times are RFC 3339 in UTC. */
export interface ApiClient {
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  /** Of operators. */
  readonly person?: string | undefined;
  /** In CIDR notation; from anywhere when it is empty. */
  readonly allowedAddresses: readonly string[];
  readonly requestsPerMinute?: number | undefined;
  readonly createdAt: string;
  readonly revokedAt?: string | undefined;
  /** At most two; the older one works until `expiresAt`. */
  readonly secrets: readonly {
    readonly createdAt: string;
    readonly ageDays: number;
    readonly expiresAt?: string | undefined;
  }[];
  /** Newest first; of each method at most two, the older of which works until `expiresAt`. */
  readonly keys: readonly ClientKeys[];
}

/** How a client proves itself. */
export type ClientMethod = 'client_secret' | 'private_key_jwt' | 'tls_client_auth';

/** Keys or certificates of a client, as they were registered. */
export interface ClientKeys {
  readonly method: Exclude<ClientMethod, 'client_secret'>;
  /** Names of uploaded keys. */
  readonly kids?: readonly string[] | undefined;
  /** Where the client publishes its keys. */
  readonly jwksUri?: string | undefined;
  /** SHA-256 of certificates, base64url. */
  readonly thumbprints?: readonly string[] | undefined;
  readonly createdAt: string;
  /** Missing for keys at a URL. */
  readonly ageDays?: number | undefined;
  readonly expiresAt?: string | undefined;
}

/** Exactly one of the three, public all of it. */
export interface NewClientKeys {
  /** A JWK set (RFC 7517) of PS256, ES256 or EdDSA keys, each with its `kid`. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** An https URL with such a set. */
  readonly jwksUri?: string;
  /** PEM, one certificate each. */
  readonly certificates?: readonly string[];
}

export interface ApiClientWithSecret extends ApiClient {
  /** Shown this once. */
  readonly clientSecret: string;
}

/** Without a secret where it was registered with keys or certificates. */
export interface CreatedApiClient extends ApiClient {
  /** Shown this once. */
  readonly clientSecret?: string | undefined;
}

/** RSA public keys, as JWKs (RFC 7517). */
export interface IssuerKeys {
  readonly keys: readonly {
    readonly kty: 'RSA';
    readonly kid: string;
    readonly n: string;
    readonly e: string;
    readonly alg: 'RS256';
    readonly use: 'sig';
  }[];
}

/** What the built-in issuer of access tokens can do (RFC 8414). */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly scopes_supported: readonly Scope[];
  readonly response_types_supported: readonly string[];
  readonly grant_types_supported: readonly 'client_credentials'[];
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported: readonly ('PS256' | 'ES256' | 'EdDSA')[];
  readonly dpop_signing_alg_values_supported: readonly ('PS256' | 'ES256' | 'EdDSA')[];
  readonly tls_client_certificate_bound_access_tokens: boolean;
}

/** Exactly one of the two, of the kind by which the client proves itself. */
export type NewOwnKeys = Pick<NewClientKeys, 'jwks' | 'certificates'>;

export const OWN_OPERATIONS = {
  /**
   * Gives the client itself another secret, proved by the current one. Keep the answer's: it is shown once, and when it
   * was lost, the repetition throws REQUEST_NOT_REPLAYABLE.
   *
   * @throws PinwardError SECRET_OVERLAP, CLIENT_AUTHENTICATION_FAILED
   */
  rotateOwnSecret: operation()('POST /v1/clients/self/rotate-secret', {
    answers: { 201: body<ApiClientWithSecret> },
    proof: 'secret',
  }),
  /**
   * Registers other keys or certificates of the client itself, proved by a current one; that works until the overlap ends.
   *
   * @throws PinwardError KEYS_OVERLAP, CREDENTIAL_NOT_HELD, CLIENT_AUTHENTICATION_FAILED
   */
  rotateOwnKeys: operation<NewOwnKeys>()('POST /v1/clients/self/rotate-keys', {
    answers: { 200: body<ApiClient> },
    proof: 'key',
  }),
  /** The public keys of the built-in issuer of access tokens. */
  issuerKeys: operation()('GET /.well-known/jwks.json', {
    answers: { 200: body<IssuerKeys> },
    proof: 'none',
  }),
  /** What it can do. */
  issuerMetadata: operation()('GET /.well-known/oauth-authorization-server', {
    answers: { 200: body<IssuerMetadata> },
    proof: 'none',
  }),
};
