import { Command } from 'commander';
import { withRegistries } from '../registries.js';
import { requestContext } from '../request-context.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';
import { refuseUnknownTenant } from './client-actions.js';
import { DEFAULT_TENANT } from './default-tenant.js';

interface Options {
  readonly tenant: string;
  readonly json?: true;
}

export function personsCommand(): Command {
  const persons = new Command('persons').description('the humans behind the clients of operators');
  common(persons.command('create <name>'))
    .description('registers a person; a name that looks like a registered one is refused')
    .action(createPerson);
  common(persons.command('list')).description('all persons of a tenant').action(listPersons);
  common(persons.command('revoke <name>'))
    .description('ends what the person may decide; the name is not given away again')
    .action(revokePerson);
  return persons;
}

async function createPerson(name: string, { tenant, json }: Options): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const { body } = await registries.persons.register(requestContext(tenant), name);
    print(json, body, `Person ${body.name} has been registered.`);
  });
}

async function listPersons({ tenant, json }: Options): Promise<void> {
  await withRegistries(async (registries) => {
    await refuseUnknownTenant(registries, tenant);
    const views = await registries.persons.list(tenant);
    const rows = views.map(({ name, mayDecide, flaw, revokedAt, createdAt }) => [
      name,
      mayDecide ? 'may decide' : revokedAt === undefined ? `may not decide: ${flaw ?? ''}` : 'revoked',
      createdAt,
    ]);
    print(json, views, table(['PERSON', 'STATE', 'REGISTERED'], rows));
  });
}

async function revokePerson(name: string, { tenant, json }: Options): Promise<void> {
  await withRegistries(async ({ persons }) => {
    const { body } = await persons.revoke(requestContext(tenant), name);
    print(json, body, `Person ${name} has been revoked; revoke the person's clients too.`);
  });
}

function common(command: Command): Command {
  return command
    .option('--tenant <tenant>', 'the tenant it belongs to', DEFAULT_TENANT)
    .option('--json', 'print JSON');
}
