import type { EntityManager } from 'typeorm';
import { TOLD, type Loss } from './lines.js';

const TENANTS = `${TOLD}
  INSERT INTO tenants (tenant_id) SELECT DISTINCT tenant_id FROM told WHERE action = 'tenant.create' ON CONFLICT DO NOTHING`;

/** A revoked one that was registered meanwhile as well: its name is never given away again. */
const REVOKED_PERSONS = `${TOLD}, revoked AS (
    SELECT DISTINCT ON (tenant_id, details ->> 'person') tenant_id, details ->> 'person' AS name, subject, occurred_at
      FROM told WHERE action = 'person.revoke' ORDER BY tenant_id, details ->> 'person', leaf_no
  )
  INSERT INTO persons (tenant_id, name, flaw, created_by, revoked_by, revoked_at)
  SELECT tenant_id, name, 'was revoked before a restore', subject, subject, occurred_at FROM revoked
      ON CONFLICT (tenant_id, name) DO UPDATE
     SET revoked_by = coalesce(persons.revoked_by, excluded.revoked_by),
         revoked_at = least(persons.revoked_at, excluded.revoked_at)`;

const REVOKED_CLIENTS = `${TOLD}, revoked AS (
    SELECT tenant_id, details ->> 'client' AS id, min(occurred_at) AS revoked_at
      FROM told WHERE action = 'client.revoke' GROUP BY 1, 2
  )
  UPDATE api_clients c SET revoked_at = least(c.revoked_at, r.revoked_at)
    FROM revoked r WHERE r.tenant_id = c.tenant_id AND r.id = c.client_id`;

/** The secrets of the backup, which a rotation since then replaced: the first ends them, a second one at once. */
const REPLACED_SECRETS = `${TOLD}, rotated AS (
    SELECT tenant_id, details ->> 'client' AS id, min(occurred_at) AS at,
           CASE WHEN count(*) = 1 THEN min((details ->> 'previousSecretExpiresAt')::timestamptz)
                ELSE clock_timestamp() END AS ends_at
      FROM told WHERE action = 'client.rotate-secret' GROUP BY 1, 2
  )
  UPDATE client_secrets s SET expires_at = least(s.expires_at, r.ends_at)
    FROM rotated r WHERE r.tenant_id = s.tenant_id AND r.id = s.client_id AND s.created_at <= r.at`;

const LOST = `${TOLD}, lost AS (
    SELECT tenant_id, 'person ' || (details ->> 'person') AS what, 'register the name anew' AS remedy
      FROM told t WHERE action = 'person.create'
       AND NOT EXISTS (SELECT FROM persons p WHERE p.tenant_id = t.tenant_id AND p.name = t.details ->> 'person')
    UNION ALL
    SELECT tenant_id, 'client ' || (details ->> 'client'), 'register it anew: its secret is lost'
      FROM told t WHERE action = 'client.create'
       AND NOT EXISTS (SELECT FROM api_clients c WHERE c.tenant_id = t.tenant_id AND c.client_id = t.details ->> 'client')
       AND NOT EXISTS (SELECT FROM told r WHERE r.action = 'client.revoke' AND r.tenant_id = t.tenant_id
                                            AND r.details ->> 'client' = t.details ->> 'client')
    UNION ALL
    SELECT DISTINCT t.tenant_id, 'secret of client ' || (t.details ->> 'client'),
           'rotate it: the newest one is lost, and what came before it ends as it would have'
      FROM told t JOIN api_clients c ON c.tenant_id = t.tenant_id AND c.client_id = t.details ->> 'client'
     WHERE t.action = 'client.rotate-secret' AND c.revoked_at IS NULL
       AND NOT EXISTS (SELECT FROM client_secrets s WHERE s.tenant_id = c.tenant_id AND s.client_id = c.client_id
                                                      AND s.created_at > t.occurred_at)
  )
  SELECT tenant_id AS "tenantId", what, remedy FROM lost ORDER BY 1, 2`;

/** Tenants, persons, clients and their secrets. */
export async function applyClients(manager: EntityManager, from: number): Promise<Loss[]> {
  for (const statement of [TENANTS, REVOKED_PERSONS, REVOKED_CLIENTS, REPLACED_SECRETS])
    await manager.query(statement, [from]);
  return await manager.query<Loss[]>(LOST, [from]);
}
