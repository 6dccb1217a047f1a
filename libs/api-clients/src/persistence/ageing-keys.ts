import type { EntityManager } from 'typeorm';
import { OutboxEventEntity } from '#libs/database';
import { rotateBefore, warningHorizon, type ClientPolicy } from '../policy.js';
import type { KeyMethod } from '../keys/client-keys.js';

/** A client that should rotate its keys or certificates soon. */
export interface AgeingKeys {
  readonly tenantId: string;
  readonly clientId: string;
  readonly method: KeyMethod;
  readonly keysCreatedAt: Date;
  readonly rotateBefore: Date;
}

/** As for secrets, in one statement; keys at a URL are replaced there. It runs across tenants, as a job. */
const MARK = `
UPDATE client_keys k SET warned_at = $1
  FROM api_clients c
 WHERE c.tenant_id = k.tenant_id AND c.client_id = k.client_id AND c.revoked_at IS NULL
   AND k.expires_at IS NULL AND k.warned_at IS NULL AND k.created_at <= $2
   AND NOT (k.content::jsonb ? 'jwksUri')
RETURNING k.tenant_id, k.client_id, k.method, k.created_at`;

interface MarkedRow {
  readonly tenant_id: string;
  readonly client_id: string;
  readonly method: KeyMethod;
  readonly created_at: Date;
}

/** Current keys and certificates in their last days, once each; the event in the outbox commits with the mark. */
export async function markAgeingKeys(
  manager: EntityManager,
  policy: ClientPolicy,
  now: Date,
): Promise<AgeingKeys[]> {
  const [rows] = await manager.query<[MarkedRow[], number]>(MARK, [now, warningHorizon(policy, now)]);
  const ageing = rows.map((row) => ({
    tenantId: row.tenant_id,
    clientId: row.client_id,
    method: row.method,
    keysCreatedAt: row.created_at,
    rotateBefore: rotateBefore(policy, row.created_at),
  }));
  for (const { tenantId, ...data } of ageing) {
    const event = { tenantId, type: 'client.keys_expiring', data: JSON.stringify(data) };
    await manager.insert(OutboxEventEntity, event);
  }
  return ageing;
}
