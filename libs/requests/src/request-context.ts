/** In place of an issuer: persons whom this service registers itself. */
export const REGISTERED_PERSONS = 'registry';

/** Who asks, and under which request id; the audit trail records it with every operation. */
export interface RequestContext {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`; for operators it is the person. */
  readonly subject: string;
  /**
   * Who says that the subject is that person: REGISTERED_PERSONS for the built-in issuer, whose clients name registered
   * persons, else the OpenID provider's issuer. Absent where no token was shown (command line, the service itself).
   */
  readonly issuer?: string;
  /** True where the token is bound to a key or a certificate that the caller has shown. */
  readonly tokenBound?: true;
  readonly sourceAddress: string;
  /** The caller's X-Request-ID (or Idempotency-Key), else a generated UUID. */
  readonly requestId: string;
  readonly claim: RequestClaim;
}

/** What identifies a repeated request. */
export interface RequestClaim {
  /**
   * SHA-256 over client, method, path (its route with the decoded parameters, in one spelling; no query) and request id,
   * each preceded by its length: 32 bytes.
   */
  readonly key: Buffer;
  /** HMAC of the body under an HSM key (32 bytes), or null when the id was generated: then it is not replayable. */
  readonly fingerprint: Buffer | null;
  /** The same under the other generations of that key: a request may be repeated while the key is rotated. */
  readonly otherFingerprints?: readonly Buffer[];
}

/** Whether the stored fingerprint is that of this request's body. */
export function isSameBody(stored: Buffer, { fingerprint, otherFingerprints = [] }: RequestClaim): boolean {
  return [fingerprint, ...otherFingerprints].some((given) => given?.equals(stored) === true);
}
