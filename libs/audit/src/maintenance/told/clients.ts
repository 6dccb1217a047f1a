import type { EntityManager } from 'typeorm';
import { TOLD, type Loss } from './lines.js';

const TENANTS = `${TOLD}
  INSERT INTO tenants (tenant_id) SELECT DISTINCT tenant_id FROM told WHERE action = 'tenant.create' ON CONFLICT DO NOTHING`;

/** Also one that was registered and revoked in the lost lines: its name is never given to another person. */
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

/** The newest agreement counts: a scope that was taken away stays away, and what two persons have given is given. */
const CHANGED_CLIENTS = `${TOLD}, changed AS (
    SELECT DISTINCT ON (tenant_id, details ->> 'client') tenant_id, details ->> 'client' AS id, details -> 'after' AS after
      FROM told WHERE action = 'client.change' ORDER BY tenant_id, details ->> 'client', leaf_no DESC
  )
  UPDATE api_clients c
     SET scopes = string_to_array(n.after ->> 'scopes', ' '),
         allowed_addresses = string_to_array(n.after ->> 'allowedAddresses', ' '),
         requests_per_minute = (n.after ->> 'requestsPerMinute')::int
    FROM changed n WHERE n.tenant_id = c.tenant_id AND n.id = c.client_id`;

/**
 * Secrets of the backup that were replaced since: the first rotation lets them expire, a second one ends them at once.
 */
const REPLACED_SECRETS = `${TOLD}, rotated AS (
    SELECT tenant_id, details ->> 'client' AS id, min(occurred_at) AS at,
           CASE WHEN count(*) = 1 THEN min((details ->> 'previousSecretExpiresAt')::timestamptz)
                ELSE clock_timestamp() END AS ends_at
      FROM told WHERE action = 'client.rotate-secret' GROUP BY 1, 2
  )
  UPDATE client_secrets s SET expires_at = least(s.expires_at, r.ends_at)
    FROM rotated r WHERE r.tenant_id = s.tenant_id AND r.id = s.client_id AND s.created_at <= r.at`;

/** The same of keys and certificates. */
const REPLACED_KEYS = `${TOLD}, rotated AS (
    SELECT tenant_id, details ->> 'client' AS id, details ->> 'method' AS method, min(occurred_at) AS at,
           CASE WHEN count(*) = 1 THEN min((details ->> 'previousKeysExpireAt')::timestamptz)
                ELSE clock_timestamp() END AS ends_at
      FROM told WHERE action = 'client.rotate-keys' GROUP BY 1, 2, 3
  )
  UPDATE client_keys k SET expires_at = least(k.expires_at, r.ends_at)
    FROM rotated r
   WHERE r.tenant_id = k.tenant_id AND r.id = k.client_id AND r.method = k.method AND k.created_at <= r.at`;

const WITHDRAWN = `${TOLD}, withdrawn AS (
    SELECT tenant_id, details ->> 'client' AS id, details ->> 'method' AS method, max(occurred_at) AS at
      FROM told WHERE action = 'client.withdraw-method' GROUP BY 1, 2, 3
  ), secrets AS (
    UPDATE client_secrets s SET expires_at = least(s.expires_at, clock_timestamp())
      FROM withdrawn w
     WHERE w.tenant_id = s.tenant_id AND w.id = s.client_id AND w.method = 'client_secret' AND s.created_at <= w.at
  )
  UPDATE client_keys k SET expires_at = least(k.expires_at, clock_timestamp())
    FROM withdrawn w
   WHERE w.tenant_id = k.tenant_id AND w.id = k.client_id AND w.method = k.method AND k.created_at <= w.at`;

const DEMANDS = `${TOLD}
  INSERT INTO client_demands (tenant_id, demand_no, methods, sender_constrained, valid_from, set_by, set_through, reason, set_at)
  SELECT tenant_id, (details ->> 'demandNo')::int, string_to_array(details ->> 'methods', ' '),
         (details ->> 'senderConstrained')::boolean, (details ->> 'validFrom')::timestamptz,
         subject, client_id, details ->> 'reason', occurred_at
    FROM told WHERE action = 'client.demand' ON CONFLICT DO NOTHING`;

const LOST = `${TOLD}, lost AS (
    SELECT tenant_id, 'person ' || (details ->> 'person') AS what, 'register the name anew' AS remedy
      FROM told t WHERE action = 'person.create'
       AND NOT EXISTS (SELECT FROM persons p WHERE p.tenant_id = t.tenant_id AND p.name = t.details ->> 'person')
    UNION ALL
    SELECT tenant_id, 'client ' || (details ->> 'client'), 'register it anew: its secret or its keys are lost'
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
    UNION ALL
    SELECT DISTINCT t.tenant_id, (t.details ->> 'method') || ' of client ' || (t.details ->> 'client'),
           'register it anew: the newest is lost, and what came before it ends as it would have'
      FROM told t JOIN api_clients c ON c.tenant_id = t.tenant_id AND c.client_id = t.details ->> 'client'
     WHERE t.action = 'client.rotate-keys' AND c.revoked_at IS NULL
       AND NOT EXISTS (SELECT FROM client_keys k WHERE k.tenant_id = c.tenant_id AND k.client_id = c.client_id
                                                   AND k.method = t.details ->> 'method' AND k.created_at > t.occurred_at)
       AND NOT EXISTS (SELECT FROM told w WHERE w.action = 'client.withdraw-method' AND w.tenant_id = t.tenant_id
                                            AND w.details ->> 'client' = t.details ->> 'client'
                                            AND w.details ->> 'method' = t.details ->> 'method' AND w.leaf_no > t.leaf_no)
  )
  SELECT tenant_id AS "tenantId", what, remedy FROM lost ORDER BY 1, 2`;

/** Tenants, persons, clients with their secrets and keys, and what tenants demand of them. */
export async function applyClients(manager: EntityManager, from: number): Promise<Loss[]> {
  const statements = [
    TENANTS,
    REVOKED_PERSONS,
    REVOKED_CLIENTS,
    CHANGED_CLIENTS,
    REPLACED_SECRETS,
    REPLACED_KEYS,
    WITHDRAWN,
    DEMANDS,
  ];
  for (const statement of statements) await manager.query(statement, [from]);
  return await manager.query<Loss[]>(LOST, [from]);
}
