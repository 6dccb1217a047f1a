import type { LimitName } from '#libs/errors';
import type { ConsoleSession } from '../../console/session-rows.js';
import type { Caller, SingleProof } from '../authentication/caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The caller's X-Request-ID or Idempotency-Key, else a generated UUID; for a secret id, its hash once that is made.
     */
    requestId: string;
    /** The caller's id if it must not be stored, until it is hashed. Never logged. */
    secretRequestId: string | null;
    /** Whether the caller chose the id; a generated one is not replayable. */
    requestIdGiven: boolean;
    /** The source address in canonical form; behind trusted proxies, the one that they report. */
    sourceAddress: string;
    /** Code of the problem in the answer; empty for a success. */
    problemCode: string;
    /** Name of the limit that the answer says was reached. */
    problemLimit: LimitName | null;
    /** Set by the access-token guard; absent on open routes. */
    caller?: Caller;
    /** Set by the access-token guard where a session at the console stands for a token. */
    session?: ConsoleSession;
    /** Set by the access-token guard where a proof of the caller's key came along; to be spent before any work. */
    proof?: SingleProof;
    /** For a token request: the registered client that it names; null for an unknown one and on other routes. */
    tokenClient: Pick<Caller, 'tenantId' | 'clientId'> | null;
    /** Whether the audit trail has a line of this call; an effect was recorded in its own transaction. */
    recorded: boolean;
    /** The body as received, for the request's fingerprint. */
    rawBody: Buffer;
  }
}
