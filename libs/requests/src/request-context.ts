/** In place of an issuer: the persons that this service registers itself. */
export const REGISTERED_PERSONS = 'registry';

/** Who asks, and under which request id: written to the audit trail with every operation. */
export interface RequestContext {
  readonly tenantId: string;
  readonly clientId: string;
  /** The token's `sub`: for operators the person. */
  readonly subject: string;
  /**
   * On whose word the subject is that person: REGISTERED_PERSONS for the built-in issuer, whose clients name registered
   * persons, else the OpenID provider's issuer. Absent where no token was shown (command line, the service itself).
   */
  readonly issuer?: string;
  readonly sourceAddress: string;
  /** The caller's X-Request-ID (or Idempotency-Key), else a generated UUID. */
  readonly requestId: string;
  readonly claim: RequestClaim;
}

/** What makes a request recognisable when it is repeated. */
export interface RequestClaim {
  /**
   * SHA-256 over client, method, path (its route with the decoded parameters, in one spelling; no query) and request id,
   * each preceded by its length: 32 bytes.
   */
  readonly key: Buffer;
  /** HMAC of the body under an HSM key (32 bytes), or null when the id was generated: then it is not replayable. */
  readonly fingerprint: Buffer | null;
  /** The same under the other generations of that key: a request may be repeated across its rotation. */
  readonly otherFingerprints?: readonly Buffer[];
}

/** Whether what was stored of a request's body is of this one's. */
export function isSameBody(stored: Buffer, { fingerprint, otherFingerprints = [] }: RequestClaim): boolean {
  return [fingerprint, ...otherFingerprints].some((given) => given?.equals(stored) === true);
}
