import type { EntityManager } from 'typeorm';

/** A caller as a service remembers it. */
export interface Believed {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  readonly allowedAddresses: readonly string[];
  readonly requestsPerMinute: number | null;
}

interface Row {
  readonly tenantId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly allowedAddresses: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly isRevoked: boolean;
}

/** One look-up by the key for each client. */
const AGREEMENTS = `
SELECT c.tenant_id AS "tenantId", c.client_id AS "clientId", c.scopes, c.allowed_addresses AS "allowedAddresses",
       c.requests_per_minute AS "requestsPerMinute", c.revoked_at IS NOT NULL AS "isRevoked"
  FROM unnest($1::text[], $2::text[]) AS given (tenant_id, client_id)
  JOIN api_clients c ON c.tenant_id = given.tenant_id AND c.client_id = given.client_id`;

/** A client that is not registered here, but by an OpenID provider alone, is never stale. */
export async function findStale<One extends Believed>(
  manager: EntityManager,
  callers: readonly One[],
): Promise<readonly One[]> {
  const named = [...new Map(callers.map((caller) => [keyOf(caller), caller])).values()];
  const rows = await manager.query<Row[]>(AGREEMENTS, [
    named.map(({ tenantId }) => tenantId),
    named.map(({ clientId }) => clientId),
  ]);
  const present = new Map(rows.map((row) => [keyOf(row), row]));
  return callers.filter((caller) => {
    const row = present.get(keyOf(caller));
    return row !== undefined && differs(caller, row);
  });
}

function differs(caller: Believed, { scopes, allowedAddresses, requestsPerMinute, isRevoked }: Row): boolean {
  return (
    isRevoked ||
    [...caller.scopes].some((scope) => !scopes.includes(scope)) ||
    caller.allowedAddresses.join() !== allowedAddresses.join() ||
    caller.requestsPerMinute !== requestsPerMinute
  );
}

function keyOf({ tenantId, clientId }: Pick<Believed, 'tenantId' | 'clientId'>): string {
  return JSON.stringify([tenantId, clientId]);
}
