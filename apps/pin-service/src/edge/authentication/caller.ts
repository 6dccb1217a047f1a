/** Who presents a verified access token, and what was agreed with that client. */
export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators the person. */
  readonly subject: string;
  /** On whose word, as RequestContext.issuer; absent where a client has shown its secret instead of a token. */
  readonly issuer?: string;
  readonly scopes: ReadonlySet<string>;
  /** CIDR ranges the client may call from; empty: from anywhere, which production refuses. */
  readonly allowedAddresses: readonly string[];
  /** Requests a minute; null: the service's own limit for a client. */
  readonly requestsPerMinute: number | null;
  /** SHA-256 thumbprint (base64url) of the client certificate the token is bound to (RFC 8705, section 3.1); null: none. */
  readonly certificateThumbprint: string | null;
}
