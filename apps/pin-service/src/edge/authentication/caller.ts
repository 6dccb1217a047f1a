/** The holder of a verified access token, with the agreement about that client. */
export interface Caller {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators the person. */
  readonly subject: string;
  /** Who vouches, as RequestContext.issuer; absent if a client has shown its secret instead of a token. */
  readonly issuer?: string;
  readonly scopes: ReadonlySet<string>;
  /** CIDR ranges from which the client may call; empty means from anywhere, which production refuses. */
  readonly allowedAddresses: readonly string[];
  /** Requests a minute; null: the service's own limit for a client. */
  readonly requestsPerMinute: number | null;
  /** SHA-256 thumbprint (base64url) of the client certificate the token is bound to (RFC 8705, section 3.1); null: none. */
  readonly certificateThumbprint: string | null;
  /** Thumbprint (RFC 7638, base64url) of the key that the token is bound to (RFC 9449, section 6.1); null: none. */
  readonly keyThumbprint: string | null;
}

/** Something signed that counts once. */
export interface SingleProof {
  readonly tenantId: string;
  readonly kind: 'assertion' | 'dpop' | 'logout';
  /** Who has signed it: a client, the thumbprint of a key, or an issuer. */
  readonly signer: string;
  readonly jti: string;
  /** For so long it could still be shown, seconds. */
  readonly secondsLeft: number;
}
