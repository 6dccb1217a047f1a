import type { DataSource } from 'typeorm';

/** The cluster name of the embedded development server (scripts/embedded-postgres). */
const EMBEDDED_CLUSTER_NAME = 'pinward-embedded';

/** With any of these off, a crash loses acknowledged commits, and so gives tries back. */
const DURABILITY_SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes'] as const;

/** @throws Error that names the settings that are off */
export async function assertDurable(dataSource: DataSource): Promise<void> {
  const settings = await dataSource.query<{ name: string; setting: string }[]>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
    [DURABILITY_SETTINGS],
  );
  const off = settings.filter(({ setting }) => setting === 'off').map(({ name }) => name);
  if (off.length > 0) {
    throw new Error(`PostgreSQL runs with ${off.join(', ')} off: a crash would give spent tries back`);
  }
}

/** Whether this is the project's own embedded server, which is for development and tests only. */
export async function isEmbeddedCluster(dataSource: DataSource): Promise<boolean> {
  const [row] = await dataSource.query<{ name: string }[]>("SELECT current_setting('cluster_name') AS name");
  return row?.name === EMBEDDED_CLUSTER_NAME;
}

/**
 * The rights of the connected role that the service's role must not have, one sentence each; empty if there are none. A
 * service that owns its schema, or can rewrite its audit trail, proves nothing with it.
 */
export async function serviceRoleFaults(dataSource: DataSource): Promise<string[]> {
  const [row] = await dataSource.query<RoleRights[]>(ROLE_RIGHTS);
  if (row === undefined) return [];
  if (row.superuser) return [`${row.role} is a superuser`];
  const faults: string[] = [];
  if (row.owned !== null) faults.push(`${row.role} owns ${row.owned} or belongs to its owner`);
  if (row.creates) faults.push(`${row.role} may create objects in the schema public`);
  if (row.rewrites !== null) faults.push(`${row.role} may UPDATE, DELETE or TRUNCATE ${row.rewrites}`);
  return faults;
}

interface RoleRights {
  role: string;
  superuser: boolean;
  creates: boolean;
  owned: string | null;
  rewrites: string | null;
}

const ROLE_RIGHTS = `
WITH tables AS (
  SELECT c.oid, c.relname, c.relowner FROM pg_class c
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
)
SELECT current_user AS role,
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
       has_schema_privilege('public', 'CREATE') AS creates,
       (SELECT min(relname::text) FROM tables WHERE pg_has_role(relowner, 'MEMBER')) AS owned,
       (SELECT min(relname::text) FROM tables
         WHERE relname LIKE 'audit\\_%' AND relname <> 'audit_sealing'
           AND (has_any_column_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE, TRUNCATE'))) AS rewrites
`;
