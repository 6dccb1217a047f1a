import { Command } from 'commander';
import type { DataSource } from 'typeorm';
import { pendingMigrations } from '#libs/database';
import { VERSION } from '#libs/program-files';
import { loadSettings, type AuditSettings } from '../config/settings.js';
import { connected } from '../database.js';
import { alarmsNow } from '../status/alarms.js';
import { keysNow, secretsNow } from '../status/due.js';
import { brakesNow, queuesNow } from '../status/queues.js';
import { policyNow, replicasNow } from '../status/replicas.js';
import type { Section } from '../status/section.js';
import { trailNow } from '../status/trail.js';
import { print } from '../terminal/print.js';
import { CannotTell, Refused } from '../terminal/refused.js';

const STATEMENT_TIMEOUT_MS = 30_000;

export function statusCommand(): Command {
  return new Command('status')
    .description('how services and what they stand on are doing, from the database; changes nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit codes: 0 all is sound, 1 something needs attention, 2 it cannot be told.')
    .action(showStatus);
}

/** @throws CannotTell when the database cannot be asked: no news is not good news */
async function showStatus({ json }: { readonly json?: true }): Promise<void> {
  const sections: Section[] = [];
  try {
    const { databaseUrl, audit } = loadSettings();
    const work = async (dataSource: DataSource) =>
      void sections.push(...(await sectionsOf(dataSource, audit)));
    await connected(databaseUrl, work, STATEMENT_TIMEOUT_MS);
  } catch (cause) {
    throw new CannotTell(cause instanceof Error ? cause.message : 'the database cannot be asked', { cause });
  }
  const attention = sections.flatMap((section) =>
    section.attention.map((what) => `${section.name}: ${what}`),
  );
  const facts = Object.fromEntries(sections.map((section) => [section.name, section.facts]));
  print(
    json,
    { sound: attention.length === 0, attention, pinctl: VERSION, ...facts },
    words(sections, attention),
  );
  if (attention.length > 0) throw new Refused(`${attention.length} things need attention`);
}

async function sectionsOf(dataSource: DataSource, audit: AuditSettings): Promise<readonly Section[]> {
  const now = new Date();
  const database = await databaseNow(dataSource);
  // The tables of another version may mean something else.
  if (database.attention.length > 0) return [database];
  return [
    database,
    await replicasNow(dataSource),
    await policyNow(dataSource),
    await keysNow(dataSource, now),
    await secretsNow(dataSource, now),
    await trailNow(dataSource, audit),
    await queuesNow(dataSource),
    await brakesNow(dataSource),
    await alarmsNow(dataSource),
  ];
}

async function databaseNow(dataSource: DataSource): Promise<Section> {
  const pending = await pendingMigrations(dataSource);
  const [row] = await dataSource.query<{ version: string }[]>(
    "SELECT current_setting('server_version') AS version",
  );
  const server = row?.version ?? 'unknown';
  return {
    name: 'database',
    facts: { server, pending },
    words: [
      `PostgreSQL ${server}, ${pending.length === 0 ? 'schema up to date' : 'schema of another version'}`,
    ],
    attention: pending.length === 0 ? [] : [`lacks migrations: ${pending.join(', ')}; pinctl db migrate`],
  };
}

function words(sections: readonly Section[], attention: readonly string[]): string {
  const width = Math.max(...sections.map(({ name }) => name.length));
  const lines = sections.flatMap(({ name, words: told }) =>
    (told.length === 0 ? ['nothing waits'] : told).map(
      (line, index) => `${(index === 0 ? name : '').padEnd(width)}  ${line}`,
    ),
  );
  const verdict =
    attention.length === 0
      ? ['All is sound.']
      : ['NEEDS ATTENTION:', ...attention.map((what) => `- ${what}`)];
  return [...lines, '', ...verdict].join('\n');
}
