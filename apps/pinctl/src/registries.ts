import type { DataSource } from 'typeorm';
import { ClientRegistry, PersonRegistry, TenantRegistry } from '#libs/api-clients';
import { loadSettings } from './config/settings.js';
import { withDatabase } from './database.js';
import { policyOf } from './policy.js';

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
    const recorded = await policyOf(dataSource);
    await work({
      clients: new ClientRegistry(dataSource, {
        ...policy,
        secretOverlapHours: recorded?.clientSecretOverlapHours ?? policy.secretOverlapHours,
        secretMaxAgeDays: recorded?.clientSecretMaxAgeDays ?? policy.secretMaxAgeDays,
        refuseOldSecrets: recorded?.clientSecretRefuseOld ?? policy.refuseOldSecrets,
      }),
      tenants: new TenantRegistry(dataSource),
      persons: new PersonRegistry(dataSource),
      dataSource,
    });
  });
}
