import { Command } from 'commander';
import { withRegistries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';
import { table } from '../terminal/table.js';

interface Options {
  readonly json?: true;
}

export function tenantsCommand(): Command {
  const tenants = new Command('tenants').description(
    'issuers or programmes, each with cards and clients of its own',
  );
  tenants
    .command('create <tenant>')
    .description('adds a tenant: 1 to 64 letters, digits, dots, underscores and -')
    .option('--json', 'print JSON')
    .action(createTenant);
  tenants.command('list').description('all tenants').option('--json', 'print JSON').action(listTenants);
  return tenants;
}

async function createTenant(tenant: string, { json }: Options): Promise<void> {
  await withRegistries(async ({ tenants }) => {
    if (!(await tenants.create(requestContext(tenant))))
      throw new Refused(`the tenant ${tenant} is there already`);
    print(json, { tenant }, `Tenant ${tenant} has been created.`);
  });
}

async function listTenants({ json }: Options): Promise<void> {
  await withRegistries(async ({ tenants }) => {
    const all = await tenants.list();
    const items = all.map(({ tenantId, createdAt }) => ({
      tenant: tenantId,
      createdAt: createdAt.toISOString(),
    }));
    print(
      json,
      items,
      table(
        ['TENANT', 'CREATED'],
        items.map(({ tenant, createdAt }) => [tenant, createdAt]),
      ),
    );
  });
}
