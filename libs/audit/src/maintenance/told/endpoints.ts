import type { EntityManager } from 'typeorm';
import { TOLD, type Loss } from './lines.js';

const DELETED = `${TOLD}, deleted AS (
    SELECT tenant_id, (details ->> 'endpointId')::uuid AS id, min(occurred_at) AS deleted_at
      FROM told WHERE action = 'webhook.delete' GROUP BY 1, 2
  ), secrets AS (
    DELETE FROM webhook_secrets s USING deleted d WHERE d.tenant_id = s.tenant_id AND d.id = s.endpoint_id
  ), cancelled AS (
    UPDATE webhook_deliveries w SET status = 'cancelled', ended_at = clock_timestamp()
      FROM deleted d WHERE d.tenant_id = w.tenant_id AND d.id = w.endpoint_id AND w.status = 'pending'
  )
  UPDATE webhook_endpoints e SET deleted_at = least(e.deleted_at, d.deleted_at)
    FROM deleted d WHERE d.tenant_id = e.tenant_id AND d.id = e.endpoint_id`;

/** An endpoint with a replaced secret is paused too: its receiver accepts only the lost secret. */
const PAUSED = `${TOLD}, newest AS (
    SELECT DISTINCT ON (tenant_id, details ->> 'endpointId') tenant_id, (details ->> 'endpointId')::uuid AS id, action
      FROM told WHERE action IN ('webhook.pause', 'webhook.resume')
     ORDER BY tenant_id, details ->> 'endpointId', leaf_no DESC
  ), off AS (
    SELECT tenant_id, id FROM newest WHERE action = 'webhook.pause'
    UNION
    SELECT tenant_id, (details ->> 'endpointId')::uuid FROM told WHERE action = 'webhook.rotate-secret'
  )
  UPDATE webhook_endpoints e SET paused_at = coalesce(e.paused_at, clock_timestamp())
    FROM off WHERE off.tenant_id = e.tenant_id AND off.id = e.endpoint_id`;

const LOST = `${TOLD}, lost AS (
    SELECT tenant_id, 'webhook endpoint ' || (details ->> 'endpointId') AS what, 'make it anew: its secret is lost' AS remedy
      FROM told t WHERE action = 'webhook.create'
       AND NOT EXISTS (SELECT FROM webhook_endpoints e
                        WHERE e.tenant_id = t.tenant_id AND e.endpoint_id = (t.details ->> 'endpointId')::uuid)
       AND NOT EXISTS (SELECT FROM told d WHERE d.action = 'webhook.delete' AND d.tenant_id = t.tenant_id
                                            AND d.details ->> 'endpointId' = t.details ->> 'endpointId')
    UNION ALL
    SELECT DISTINCT t.tenant_id, 'secret of webhook endpoint ' || (t.details ->> 'endpointId'),
           'rotate it, then resume the endpoint: it is paused'
      FROM told t JOIN webhook_endpoints e
        ON e.tenant_id = t.tenant_id AND e.endpoint_id = (t.details ->> 'endpointId')::uuid
     WHERE t.action = 'webhook.rotate-secret' AND e.deleted_at IS NULL
  )
  SELECT tenant_id AS "tenantId", what, remedy FROM lost ORDER BY 1, 2`;

export async function applyEndpoints(manager: EntityManager, from: number): Promise<Loss[]> {
  for (const statement of [DELETED, PAUSED]) await manager.query(statement, [from]);
  return await manager.query<Loss[]>(LOST, [from]);
}
