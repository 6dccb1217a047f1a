import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';

export const MIGRATIONS_TABLE = 'schema_migrations';

/** Times are milliseconds; 0 switches a timeout off. */
export interface DatabaseSettings {
  /** Connections at most; 8 to 16 serve one process best. Default 16. */
  readonly poolSize?: number;
  /** Shown in pg_stat_activity. Default "pinward". */
  readonly applicationName?: string;
  /** For a connection to be made, or to become free. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Default 5,000. */
  readonly lockTimeoutMs?: number;
  /** Ends a transaction whose client has stopped talking. Default 10,000. */
  readonly idleInTransactionTimeoutMs?: number;
  /** Called with faults of idle connections; a warning is enough, the pool replaces them. */
  readonly onIdleConnectionFault?: (fault: Error) => void;
}

/** How often a running statement looks whether its client is still there. */
const CONNECTION_CHECK_INTERVAL_MS = 1_000;

/** What a statement may overrun its time-out before the network is taken to be gone. */
const NETWORK_ALLOWANCE_MS = 5_000;

/**
 * The project's data source, not yet initialised. Each connection carries its time-outs from its first statement
 * on: a transaction nobody waits for any more must not commit much later.
 *
 * @param url a postgresql:// URL with the role's password, hence a secret; sslmode and the like are understood
 */
export function createDataSource(url: string, settings: DatabaseSettings = {}): DataSource {
  const statementTimeoutMs = settings.statementTimeoutMs ?? 10_000;
  const sessionSettings = {
    statement_timeout: statementTimeoutMs,
    lock_timeout: settings.lockTimeoutMs ?? 5_000,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs ?? 10_000,
    client_connection_check_interval: CONNECTION_CHECK_INTERVAL_MS,
  };
  const target = new URL(url);
  const options = [
    target.searchParams.get('options') ?? '',
    ...Object.entries(sessionSettings).map(([name, value]) => `-c ${name}=${value}`),
  ];
  // pg lets the URL's own `options` replace these, so they are joined first.
  target.searchParams.delete('options');
  return new DataSource({
    type: 'postgres',
    url: target.href,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    // A logged statement would show its parameters, verifiers among them.
    logging: false,
    installExtensions: false,
    applicationName: settings.applicationName ?? 'pinward',
    poolSize: settings.poolSize ?? 16,
    connectTimeoutMS: settings.connectTimeoutMs ?? 5_000,
    poolErrorHandler: settings.onIdleConnectionFault ?? (() => undefined),
    extra: {
      options: options.join(' ').trim(),
      keepAlive: true,
      onConnect: surviveItsEnd,
      ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + NETWORK_ALLOWANCE_MS } : {}),
    },
  });
}

/**
 * pg-pool takes its listener off a connection that it hands out, and TypeORM sets its own a promise later. One that ends
 * just then would end the process with it; so nothing happens until the next statement finds out.
 */
function surviveItsEnd(client: Client): void {
  client.on('error', () => undefined);
}
