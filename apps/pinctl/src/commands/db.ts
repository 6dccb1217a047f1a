import { Command } from 'commander';
import { migrate, pendingMigrations, SERVICE_ROLE } from '#libs/database';
import { loadSettings } from '../config/settings.js';
import { connected, ownerUrl } from '../database.js';
import { confirm } from '../terminal/confirm.js';
import { print } from '../terminal/print.js';
import { Refused } from '../terminal/refused.js';

export function databaseCommand(): Command {
  const db = new Command('db').description('the database schema');
  db.command('migrate')
    .description("brings the schema up to date, as its owner, and sets the service role's rights")
    .option('--service-role <role>', 'the role the service logs in as', SERVICE_ROLE)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(migrateDatabase);
  db.command('status')
    .description('what the schema lacks; exit code 1 when it lacks something')
    .option('--json', 'print JSON')
    .action(showStatus);
  return db;
}

interface MigrateOptions {
  readonly serviceRole: string;
  readonly yes?: true;
  readonly json?: true;
}

/** Migrations only add, and the previous version runs on the result; but they cannot be undone. */
async function migrateDatabase({ serviceRole, yes, json }: MigrateOptions): Promise<void> {
  await connected(ownerUrl(), async (dataSource) => {
    const pending = await pendingMigrations(dataSource);
    if (pending.length > 0 && yes !== true)
      await confirm(`This applies ${pending.join(', ')}. There is no way back.`, 'migrate');
    await migrate(dataSource, { serviceRole }).catch((fault: unknown) => {
      throw new Refused(fault instanceof Error ? fault.message : 'the database could not be migrated');
    });
    const done = pending.length === 0 ? 'The schema was up to date.' : `Applied ${pending.join(', ')}.`;
    print(json, { applied: pending, serviceRole }, `${done}\nThe rights of ${serviceRole} are set.`);
  });
}

/** With the given role: both may read. */
async function showStatus({ json }: { readonly json?: true }): Promise<void> {
  const settings = loadSettings();
  await connected(settings.ownerUrl ?? settings.databaseUrl, async (dataSource) => {
    const pending = await pendingMigrations(dataSource);
    print(json, { pending }, pending.length === 0 ? 'The schema is up to date.' : pending.join('\n'));
    if (pending.length > 0) throw new Refused('the schema lacks migrations: pinctl db migrate');
  });
}
