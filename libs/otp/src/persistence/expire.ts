import type { DataSource } from 'typeorm';

const AT_A_TIME = 1_000;

/** Erases codes that were not delivered in time, and deletes one-time passwords that no limit counts any more. */
export async function expireOtps(dataSource: DataSource): Promise<void> {
  await dataSource.query(
    'UPDATE outbox_events SET sealed = NULL WHERE sealed IS NOT NULL AND expires_at <= clock_timestamp()',
  );
  await dataSource.query(
    `DELETE FROM one_time_passwords o
      USING (SELECT tenant_id, otp_id FROM one_time_passwords
              WHERE issued_at < clock_timestamp() - interval '1 day' LIMIT $1) AS old
      WHERE o.tenant_id = old.tenant_id AND o.otp_id = old.otp_id`,
    [AT_A_TIME],
  );
}
