import type { Caller } from '../authentication/caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller's X-Request-ID or Idempotency-Key, else a generated UUID; a secret one's hash once it is made. */
    requestId: string;
    /** The caller's id where it must not be stored, until it is hashed. Never logged. */
    secretRequestId: string | null;
    /** Whether the caller chose the id; a generated one is not replayable. */
    requestIdGiven: boolean;
    /** Where the request comes from, in canonical form; behind trusted proxies their word for it. */
    sourceAddress: string;
    /** Code of the problem it was answered with; empty for a success. */
    problemCode: string;
    /** Set by the access-token guard; absent on open routes. */
    caller?: Caller;
    /** Of a token request: the registered client that it names; null for a stranger and on other routes. */
    tokenClient: Pick<Caller, 'tenantId' | 'clientId'> | null;
    /** Whether the audit trail holds a line of this call: what it did was recorded with it. */
    recorded: boolean;
    /** The body as it came, for the request's fingerprint. */
    rawBody: Buffer;
  }
}
