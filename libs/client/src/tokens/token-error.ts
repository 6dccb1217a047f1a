/** The codes of RFC 6749, section 5.2, that the service sends; else that it could not be reached, or answered oddly. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'unreachable'
  | 'unexpected';

/** No access token could be had. It names neither the secret nor a token. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  /** Of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(
    readonly code: TokenErrorCode,
    { status, cause }: { readonly status?: number; readonly cause?: unknown } = {},
  ) {
    super(`no access token: ${code}`, { cause });
    this.status = status;
  }
}
