import type { EntityManager } from 'typeorm';
import { TOLD } from './lines.js';

/** The last of the lost lines about each brake. */
const NEWEST = `${TOLD}, newest AS (
    SELECT DISTINCT ON (tenant_id, details ->> 'kind', details ->> 'target')
           tenant_id, details ->> 'kind' AS kind, details ->> 'target' AS target, (details ->> 'brakeId')::uuid AS brake_id,
           details ->> 'reason' AS reason, subject, client_id, occurred_at, action
      FROM told WHERE action IN ('brake.pull', 'brake.release')
     ORDER BY tenant_id, details ->> 'kind', details ->> 'target', leaf_no DESC
  )`;

const RELEASED = `${NEWEST}
  DELETE FROM brakes b USING newest n
   WHERE n.action = 'brake.release' AND b.tenant_id = n.tenant_id AND b.kind = n.kind AND b.target = n.target`;

const PULLED = `${NEWEST}
  INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through, pulled_at)
  SELECT tenant_id, brake_id, kind, target, reason, subject, client_id, occurred_at FROM newest WHERE action = 'brake.pull'
  ON CONFLICT DO NOTHING`;

/** Pulls the brakes that were pulled, and releases those that were released. */
export async function applyBrakes(manager: EntityManager, from: number): Promise<void> {
  for (const statement of [RELEASED, PULLED]) await manager.query(statement, [from]);
}
