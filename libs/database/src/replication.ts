import type { DataSource } from 'typeorm';

/**
 * Whether this is a standby, or a primary that takes no writes: then no try can be counted.
 *
 * @throws the database's error
 */
export async function isReadOnly(dataSource: DataSource): Promise<boolean> {
  const [row] = await dataSource.query<{ readOnly: boolean }[]>(
    `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS "readOnly"`,
  );
  return row?.readOnly !== false;
}

/**
 * Whether a commit waits for a standby. If not, a fail-over loses the newest commits, tries among them.
 *
 * @throws the database's error
 */
export async function waitsForStandby(dataSource: DataSource): Promise<boolean> {
  const [row] = await dataSource.query<{ waits: boolean }[]>(
    `SELECT current_setting('synchronous_standby_names') <> ''
        AND current_setting('synchronous_commit') IN ('on', 'remote_apply') AS waits`,
  );
  return row?.waits === true;
}
