import pg, { type Client } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities/index.js';
import { MIGRATIONS } from './migrations/index.js';
import type { DatabaseSettings } from './session/database-settings.js';
import { askedSettings, commandLineOptions, statementTimeoutMs } from './session/session-settings.js';
import { strictTypes } from './session/strict-times.js';

export const MIGRATIONS_TABLE = 'schema_migrations';

/** What a statement may overrun its time-out before the network is taken to be gone. */
const NETWORK_ALLOWANCE_MS = 5_000;

/**
 * The project's data source, not yet initialised. Each connection carries its settings from its first statement on,
 * whatever server, database and role have as theirs; time-outs among them: a transaction nobody waits for any more must
 * not commit much later.
 *
 * @param url a postgresql:// URL with the role's password, hence a secret; sslmode and the like are understood
 */
export function createDataSource(url: string, settings: DatabaseSettings = {}): DataSource {
  const timeoutMs = statementTimeoutMs(settings);
  const target = new URL(url);
  const given = target.searchParams.get('options') ?? '';
  const options = `${given} ${commandLineOptions(askedSettings(settings))}`;
  // pg lets the URL's own `options` replace these, so they are joined first.
  target.searchParams.delete('options');
  return new DataSource({
    type: 'postgres',
    // TypeORM would look for it in node_modules, where an installation has none: it is compiled in (ADR 0040).
    driver: pg,
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
      options: options.trim(),
      types: strictTypes(),
      keepAlive: true,
      onConnect: surviveItsEnd,
      ...(timeoutMs > 0 ? { query_timeout: timeoutMs + NETWORK_ALLOWANCE_MS } : {}),
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
