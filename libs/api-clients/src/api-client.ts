import type { TimeOrNever } from '#libs/database';
import type { ClientKeys } from './keys/client-keys.js';
import type { Scope } from './scopes.js';

/** A program that may call the API, as its tenant registered it. Nothing in it is secret. */
export interface ApiClient {
  readonly tenantId: string;
  /** Unique in its tenant. */
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  /** The person behind an operator's client, as audit and approvals name them; null for card apps. */
  readonly person: string | null;
  /** CIDR ranges; empty means from anywhere, which production refuses. */
  readonly allowedAddresses: readonly string[];
  /** Null: the service's own limit. */
  readonly requestsPerMinute: number | null;
  readonly createdAt: Date;
  readonly revokedAt: TimeOrNever;
  /** Newest first; one, or two during a rotation; none where keys or certificates take its place. */
  readonly secrets: readonly ClientSecretInfo[];
  /** Newest first; of each method none, one, or two during a rotation. */
  readonly keys: readonly ClientKeys[];
}

interface ClientSecretInfo {
  readonly createdAt: Date;
  /** When a replaced secret stops working; never for the newest. */
  readonly expiresAt: TimeOrNever;
}
