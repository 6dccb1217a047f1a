import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';

const AT_A_TIME = 5_000;

/** Deletes events and their deliveries some days after the last delivery has ended. @returns how many */
export async function purgeEvents(dataSource: DataSource, days: number): Promise<number> {
  return await inTransaction(dataSource, async (manager) => {
    const rows = await manager.query<{ tenant_id: string; id: string }[]>(
      `SELECT e.tenant_id, e.id FROM outbox_events e
        WHERE e.relayed_at < clock_timestamp() - $1 * interval '1 day'
          AND NOT EXISTS (SELECT FROM webhook_deliveries d
                           WHERE d.tenant_id = e.tenant_id AND d.event_id = e.id
                             AND (d.ended_at IS NULL OR d.ended_at >= clock_timestamp() - $1 * interval '1 day'))
        ORDER BY e.id LIMIT ${AT_A_TIME}
          FOR UPDATE OF e SKIP LOCKED`,
      [days],
    );
    const ids = [rows.map((row) => row.tenant_id), rows.map(({ id }) => id)];
    const these = 'IN (SELECT * FROM unnest($1::text[], $2::bigint[]))';
    await manager.query(`DELETE FROM webhook_deliveries WHERE (tenant_id, event_id) ${these}`, ids);
    await manager.query(`DELETE FROM outbox_events WHERE (tenant_id, id) ${these}`, ids);
    return rows.length;
  });
}
