import type { EntityManager } from 'typeorm';
import { OutboxEventEntity } from '#libs/database';
import { rotateBefore, warningHorizon, type ClientPolicy } from '../policy.js';

/** A client that should rotate its secret soon. */
export interface AgeingSecret {
  readonly tenantId: string;
  readonly clientId: string;
  readonly secretCreatedAt: Date;
  readonly rotateBefore: Date;
}

/**
 * Marks and returns in one statement: if several replicas look at once, one gets the row. It runs across tenants, as a
 * job.
 */
const MARK = `
UPDATE client_secrets s SET warned_at = $1
  FROM api_clients c
 WHERE c.tenant_id = s.tenant_id AND c.client_id = s.client_id AND c.revoked_at IS NULL
   AND s.expires_at IS NULL AND s.warned_at IS NULL AND s.created_at <= $2
RETURNING s.tenant_id, s.client_id, s.created_at`;

interface MarkedRow {
  readonly tenant_id: string;
  readonly client_id: string;
  readonly created_at: Date;
}

/** Each current secret in its last days, once; its event in the outbox commits with the mark. */
export async function markAgeingSecrets(
  manager: EntityManager,
  policy: ClientPolicy,
  now: Date,
): Promise<AgeingSecret[]> {
  const [rows] = await manager.query<[MarkedRow[], number]>(MARK, [now, warningHorizon(policy, now)]);
  const ageing = rows.map((row) => ({
    tenantId: row.tenant_id,
    clientId: row.client_id,
    secretCreatedAt: row.created_at,
    rotateBefore: rotateBefore(policy, row.created_at),
  }));
  for (const { tenantId, ...data } of ageing) {
    const event = { tenantId, type: 'client.secret_expiring', data: JSON.stringify(data) };
    await manager.insert(OutboxEventEntity, event);
  }
  return ageing;
}
