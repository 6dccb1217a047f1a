import type { EntityManager } from 'typeorm';
import type { Loss } from './lines.js';

/**
 * An incident that was under way ends: its cards were judged by tries of which some were lost, or were restored since.
 * The cards themselves are corrected before.
 */
const END = `
  UPDATE incidents SET state = 'cancelled', waits_for = NULL, ended_by = 'restore', ended_at = clock_timestamp(),
         end_reason = 'the database was restored from a backup'
   WHERE state IN ('searching', 'previewed', 'running')
  RETURNING tenant_id AS "tenantId", 'incident ' || incident_id AS what, 'open it again' AS remedy`;

export async function endIncidents(manager: EntityManager): Promise<Loss[]> {
  const [ended] = await manager.query<[Loss[], number]>(END);
  return ended;
}
