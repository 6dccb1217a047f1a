import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { SERVICE_ROLE } from './grants.js';

/** The role that owns the schema and runs the migrations. */
export const OWNER_ROLE = 'pinward_owner';

export interface RoleSettings {
  readonly ownerPassword: string;
  readonly servicePassword: string;
  /** Default "pinward". */
  readonly database?: string;
}

/**
 * As a superuser, makes the two roles and the owner's database, or sets the passwords of existing roles. For the
 * embedded server: elsewhere it is the administrator's work.
 */
export async function prepareRoles(superuser: DataSource, settings: RoleSettings): Promise<void> {
  await prepareRole(superuser, OWNER_ROLE, settings.ownerPassword);
  await prepareRole(superuser, SERVICE_ROLE, settings.servicePassword);
  const database = settings.database ?? 'pinward';
  const [known] = await superuser.query<unknown[]>('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (known === undefined) await run(superuser, 'CREATE DATABASE %I OWNER %I', [database, OWNER_ROLE]);
  await run(superuser, 'REVOKE ALL ON DATABASE %I FROM PUBLIC', [database]);
  await run(superuser, 'GRANT CONNECT ON DATABASE %I TO %I', [database, SERVICE_ROLE]);
}

async function prepareRole(superuser: DataSource, role: string, password: string): Promise<void> {
  const [known] = await superuser.query<unknown[]>('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (known === undefined) await run(superuser, 'CREATE ROLE %I LOGIN', [role]);
  await run(superuser, 'ALTER ROLE %I PASSWORD %L', [role, scramSecret(password)]);
}

/** Utility statements take no parameters, so PostgreSQL itself quotes the words. */
async function run(dataSource: DataSource, template: string, words: readonly string[]): Promise<void> {
  const [row] = await dataSource.query<{ statement: string }[]>(
    'SELECT format($1, VARIADIC $2::text[]) AS statement',
    [template, words],
  );
  if (row !== undefined) await dataSource.query(row.statement);
}

/**
 * PostgreSQL's stored form of a password (RFC 5803), made here, so that the password itself is in no statement and no
 * server log. Printable ASCII only: other characters would need SASLprep (RFC 4013).
 */
function scramSecret(password: string): string {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new Error('A database password must be printable ASCII');
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
