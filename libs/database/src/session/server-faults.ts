import type { DataSource } from 'typeorm';
import type { DatabaseSettings } from './database-settings.js';

/** The oldest version that is tested. */
const OLDEST = { number: 170_000, name: '17' };
/** For pinctl, monitoring and people who look for a fault. */
const OTHERS_CONNECTIONS = 3;

interface ServerRow {
  readonly version: string;
  readonly version_number: number;
  readonly encoding: string;
  readonly connections: number;
  readonly role_limit: number;
  readonly database_limit: number;
  readonly collation: string;
  readonly collation_then: string | null;
  readonly collation_now: string | null;
}

const SERVER = `
SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS version_number,
       current_setting('server_encoding') AS encoding,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true), '0')::int AS connections,
       r.rolconnlimit AS role_limit, d.datconnlimit AS database_limit, d.datcollate AS collation,
       d.datcollversion AS collation_then, pg_database_collation_actual_version(d.oid) AS collation_now
  FROM pg_database d, pg_roles r
 WHERE d.datname = current_database() AND r.rolname = session_user`;

export interface ServerFindings {
  /** With these the service must not start. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** What this version and this pool need and server or database do not offer, one sentence each. Reads only. */
export async function serverFindings(
  dataSource: DataSource,
  { poolSize = 16 }: Pick<DatabaseSettings, 'poolSize'> = {},
): Promise<ServerFindings> {
  const [row] = await dataSource.query<ServerRow[]>(SERVER);
  if (row === undefined) throw new Error('the database does not know itself');
  return judgeServer(row, poolSize);
}

export function judgeServer(row: ServerRow, poolSize: number): ServerFindings {
  const faults: string[] = [];
  if (row.version_number < OLDEST.number)
    faults.push(`PostgreSQL ${row.version} is too old: ${OLDEST.name} or newer is needed`);
  if (row.encoding !== 'UTF8')
    faults.push(`the database is encoded in ${row.encoding}: make it anew with ENCODING 'UTF8'`);
  const limits = [
    { what: 'max_connections leaves', limit: row.connections, others: OTHERS_CONNECTIONS },
    { what: "the role's CONNECTION LIMIT is", limit: row.role_limit, others: 0 },
    { what: "the database's CONNECTION LIMIT is", limit: row.database_limit, others: 0 },
  ];
  for (const { what, limit, others } of limits) {
    // A negative limit means no limit.
    if (limit < 0 || limit >= poolSize + others) continue;
    faults.push(
      `${what} ${limit}, DATABASE_POOL_SIZE=${poolSize} needs ${poolSize + others} for each replica`,
    );
  }
  const { collation, collation_then: before, collation_now: now } = row;
  const moved = before !== null && now !== null && before !== now;
  return {
    faults,
    warnings: moved
      ? [
          `the collation ${collation} has gone from version ${before} to ${now}: indexes of texts may find too little; ` +
            'REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION',
        ]
      : [],
  };
}
