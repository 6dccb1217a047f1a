import type { EntityManager } from 'typeorm';

const ANEW = [
  'UPDATE alarms SET ended_at = clock_timestamp() WHERE ended_at IS NULL',
  'UPDATE alarm_detection SET next_leaf = NULL, learned_from = NULL, learned_to = NULL',
];

/**
 * Counts and alarms of a backup are of another time. What is usual is learned anew from the trail, which has the lost lines
 * by now; what they would have raised was raised then. The brakes of a pause are put back or released as all brakes are.
 */
export async function beginAlarmsAnew(manager: EntityManager): Promise<void> {
  for (const statement of ANEW) await manager.query(statement);
}
