import type { DataSource } from 'typeorm';
import { inTransaction } from '#libs/database';

const ENDED_DAYS = 90;
/** By then the usual count is as good as none. */
const QUIET_DAYS = 30;

/** Ended alarms, of which the trail tells, and series in which nothing was counted for long. */
export async function forgetAlarms(dataSource: DataSource): Promise<void> {
  await inTransaction(dataSource, async (manager) => {
    await manager.query("DELETE FROM alarms WHERE ended_at < clock_timestamp() - $1 * interval '1 day'", [
      ENDED_DAYS,
    ]);
    await manager.query(
      `DELETE FROM alarm_series s
        WHERE s.window_start < clock_timestamp() - $1 * interval '1 day'
          AND NOT EXISTS (SELECT FROM alarms a WHERE a.ended_at IS NULL AND a.tenant_id = s.tenant_id
                             AND a.client_id = s.client_id AND a.kind = s.kind)`,
      [QUIET_DAYS],
    );
  });
}
