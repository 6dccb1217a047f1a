import type { DataSource } from 'typeorm';
import { createDataSource, pendingMigrations } from '#libs/database';
import type { SecretText } from '#libs/secret-text';
import { Refused } from './terminal/refused.js';

/**
 * Opens the database for one piece of work.
 *
 * @param statementTimeoutMs 0 for work that reads whole tables
 * @throws Refused when it cannot be reached or lacks migrations
 */
export async function withDatabase(
  url: SecretText,
  work: (dataSource: DataSource) => Promise<void>,
  statementTimeoutMs?: number,
): Promise<void> {
  const timeout = statementTimeoutMs === undefined ? {} : { statementTimeoutMs };
  const dataSource = createDataSource(url.reveal(), { poolSize: 2, applicationName: 'pinctl', ...timeout });
  await dataSource.initialize().catch(() => {
    throw new Refused('the database cannot be reached');
  });
  try {
    const pending = await pendingMigrations(dataSource);
    if (pending.length > 0) throw new Refused(`the database lacks migrations: ${pending.join(', ')}`);
    await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
