import type { DataSource } from 'typeorm';
import {
  ClientChanges,
  ClientDemands,
  ClientKeyRegistry,
  ClientRegistry,
  PersonRegistry,
  TenantRegistry,
} from '#libs/api-clients';
import { loadSettings } from './config/settings.js';
import { withDatabase } from './database.js';
import { policyOf } from './policy.js';

export interface Registries {
  readonly clients: ClientRegistry;
  readonly keys: ClientKeyRegistry;
  readonly changes: ClientChanges;
  readonly demands: ClientDemands;
  readonly tenants: TenantRegistry;
  readonly persons: PersonRegistry;
  readonly dataSource: DataSource;
}

/** @throws Refused as withDatabase does */
export async function withRegistries(work: (registries: Registries) => Promise<void>): Promise<void> {
  const { databaseUrl, policy } = loadSettings();
  await withDatabase(databaseUrl, async (dataSource) => {
    const recorded = await policyOf(dataSource);
    const inForce = {
      ...policy,
      secretOverlapHours: recorded?.clientSecretOverlapHours ?? policy.secretOverlapHours,
      secretMaxAgeDays: recorded?.clientSecretMaxAgeDays ?? policy.secretMaxAgeDays,
      refuseOldSecrets: recorded?.clientSecretRefuseOld ?? policy.refuseOldSecrets,
    };
    await work({
      clients: new ClientRegistry(dataSource, inForce),
      // Only the service knows which addresses it may call: it judges a URL when it calls it.
      keys: new ClientKeyRegistry(dataSource, inForce, () => null),
      // Only the service knows its own limit: a change from it, or to it, counts as one that gives something.
      changes: new ClientChanges(dataSource, inForce),
      demands: new ClientDemands(dataSource),
      tenants: new TenantRegistry(dataSource),
      persons: new PersonRegistry(dataSource),
      dataSource,
    });
  });
}
