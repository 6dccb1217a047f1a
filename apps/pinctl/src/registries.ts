import { ClientRegistry, TenantRegistry } from '#libs/api-clients';
import { createDataSource, pendingMigrations } from '#libs/database';
import { loadSettings } from './config/settings.js';
import { Refused } from './terminal/refused.js';

export interface Registries {
  readonly clients: ClientRegistry;
  readonly tenants: TenantRegistry;
}

/** Opens the database for one piece of work. @throws Refused when it cannot be reached or lacks migrations */
export async function withRegistries(work: (registries: Registries) => Promise<void>): Promise<void> {
  const { databaseUrl, policy } = loadSettings();
  const dataSource = createDataSource(databaseUrl.reveal(), { poolSize: 2, applicationName: 'pinctl' });
  await dataSource.initialize().catch(() => {
    throw new Refused('the database cannot be reached');
  });
  try {
    const pending = await pendingMigrations(dataSource);
    if (pending.length > 0) throw new Refused(`the database lacks migrations: ${pending.join(', ')}`);
    await work({
      clients: new ClientRegistry(dataSource, policy),
      tenants: new TenantRegistry(dataSource),
    });
  } finally {
    await dataSource.destroy();
  }
}
