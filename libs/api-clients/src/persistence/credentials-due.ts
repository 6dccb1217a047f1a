import type { EntityManager } from 'typeorm';

/** What a client proves itself with, and should replace. */
export interface CredentialDue {
  readonly what: 'secret' | 'keys' | 'certificates';
  readonly tenantId: string;
  readonly clientId: string;
  readonly createdAt: Date;
  readonly rotateBefore: Date;
}

export interface CredentialsAsked {
  /** Null for all tenants: for those who run the service. */
  readonly tenantId: string | null;
  /** Of the policy. */
  readonly maxAgeDays: number;
  readonly withinDays: number;
  /** So many at most; null for all. */
  readonly limit: number | null;
}

const DUE = `
WITH held AS (
  SELECT 'secret' AS what, tenant_id, client_id, created_at FROM client_secrets
   WHERE expires_at IS NULL AND ($1::text IS NULL OR tenant_id = $1)
   UNION ALL
  SELECT CASE method WHEN 'private_key_jwt' THEN 'keys' ELSE 'certificates' END, tenant_id, client_id, created_at
    FROM client_keys
   WHERE expires_at IS NULL AND ($1::text IS NULL OR tenant_id = $1) AND NOT (content::jsonb ? 'jwksUri')
)
SELECT h.what, h.tenant_id AS "tenantId", h.client_id AS "clientId", h.created_at AS "createdAt",
       h.created_at + make_interval(hours => $2 * 24) AS "rotateBefore"
  FROM held h JOIN api_clients c USING (tenant_id, client_id)
 WHERE c.revoked_at IS NULL AND h.created_at < clock_timestamp() - make_interval(hours => greatest(0, $2 - $3) * 24)
 ORDER BY h.created_at, h.tenant_id, h.client_id, h.what LIMIT $4`;

/** Which secrets, keys and certificates are near the age in the policy, the oldest first; keys at a URL are replaced there. */
export async function credentialsDue(
  manager: EntityManager,
  { tenantId, maxAgeDays, withinDays, limit }: CredentialsAsked,
): Promise<readonly CredentialDue[]> {
  return await manager.query<CredentialDue[]>(DUE, [tenantId, maxAgeDays, withinDays, limit]);
}
