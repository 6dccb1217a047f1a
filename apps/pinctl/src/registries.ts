import type { DataSource } from 'typeorm';
import { ClientRegistry, PersonRegistry, TenantRegistry } from '#libs/api-clients';
import { loadSettings } from './config/settings.js';
import { withDatabase } from './database.js';

export interface Registries {
  readonly clients: ClientRegistry;
  readonly tenants: TenantRegistry;
  readonly persons: PersonRegistry;
  readonly dataSource: DataSource;
}

/** @throws Refused as withDatabase does */
export async function withRegistries(work: (registries: Registries) => Promise<void>): Promise<void> {
  const { databaseUrl, policy } = loadSettings();
  await withDatabase(databaseUrl, async (dataSource) => {
    await work({
      clients: new ClientRegistry(dataSource, policy),
      tenants: new TenantRegistry(dataSource),
      persons: new PersonRegistry(dataSource),
      dataSource,
    });
  });
}
