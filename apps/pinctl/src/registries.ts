import { ClientRegistry, TenantRegistry } from '#libs/api-clients';
import { loadSettings } from './config/settings.js';
import { withDatabase } from './database.js';

export interface Registries {
  readonly clients: ClientRegistry;
  readonly tenants: TenantRegistry;
}

/** @throws Refused as withDatabase does */
export async function withRegistries(work: (registries: Registries) => Promise<void>): Promise<void> {
  const { databaseUrl, policy } = loadSettings();
  await withDatabase(databaseUrl, async (dataSource) => {
    await work({
      clients: new ClientRegistry(dataSource, policy),
      tenants: new TenantRegistry(dataSource),
    });
  });
}
