import pg, { type Client } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';
import type { DatabaseSettings } from './session/database-settings.js';
import { askedSettings, commandLineOptions, statementTimeoutMs } from './session/session-settings.js';
import { strictTypes } from './session/strict-times.js';

export const MIGRATIONS_TABLE = 'schema_migrations';

/** When a statement is later than its time-out by this much, the network counts as gone. */
const NETWORK_ALLOWANCE_MS = 5_000;

/**
 * The project's data source, not yet initialised. Each connection brings its own settings from its first statement on,
 * whatever the defaults of server, database and role. They include time-outs: a transaction that no caller waits for
 * any more must not commit much later.
 *
 * @param url a postgresql:// URL with the role's password, hence a secret; sslmode and similar parameters are
 * understood
 */
export function createDataSource(url: string, settings: DatabaseSettings = {}): DataSource {
  const timeoutMs = statementTimeoutMs(settings);
  const target = new URL(url);
  const given = target.searchParams.get('options') ?? '';
  const options = `${given} ${commandLineOptions(askedSettings(settings))}`;
  // In pg the URL's own `options` would replace these, so they are joined first.
  target.searchParams.delete('options');
  return new DataSource({
    type: 'postgres',
    // TypeORM would look for it in node_modules, which an installation does not have: it is compiled in (ADR 0040).
    driver: pg,
    url: target.href,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    // A logged statement would show its parameters, including verifiers.
    logging: false,
    installExtensions: false,
    applicationName: settings.applicationName ?? 'pinward',
    poolSize: settings.poolSize ?? 16,
    connectTimeoutMS: settings.connectTimeoutMs ?? 5_000,
    poolErrorHandler: settings.onIdleConnectionFault ?? (() => undefined),
    extra: {
      options: options.trim(),
      types: strictTypes(),
      keepAlive: true,
      onConnect: surviveItsEnd,
      ...(timeoutMs > 0 ? { query_timeout: timeoutMs + NETWORK_ALLOWANCE_MS } : {}),
    },
  });
}

/**
 * pg-pool removes its listener from a connection that it hands out, and TypeORM sets its own one promise later. A
 * connection that ends in between would end the process. With this listener nothing happens until the next statement
 * fails.
 */
function surviveItsEnd(client: Client): void {
  client.on('error', () => undefined);
}
