/** The codes of RFC 6749, section 5.2, and RFC 9449 that the service sends; else that it could not be reached, or answered oddly. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'unreachable'
  | 'unexpected';

export interface TokenErrorDetails {
  readonly status?: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly description?: string | undefined;
  readonly cause?: unknown;
}

/** No access token could be had. It names neither the secret nor a token. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  /** What its Retry-After said, seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** What the service says about it: what is wrong with an assertion, or what a tenant demands. */
  readonly description: string | undefined;

  constructor(
    readonly code: TokenErrorCode,
    { status, retryAfterSeconds, description, cause }: TokenErrorDetails = {},
  ) {
    super(`no access token: ${code}`, { cause });
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.description = description;
  }
}
