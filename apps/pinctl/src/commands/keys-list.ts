import { listedKeys, neededRows, readKeyHolders, type KeyHolder, type ListedKey } from '#libs/keys';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';

export async function listKeys({ json }: { readonly json?: true }): Promise<void> {
  const { databaseUrl } = loadSettings();
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const holders = await readKeyHolders(dataSource);
      const keys = await listedKeys(dataSource, new Date(), {
        holders,
        neededBy: (kind, generations) => neededRows(dataSource, kind, generations),
      });
      print(json, { keys, processes: holders }, words(keys, holders));
    },
    0,
  );
}

function words(keys: readonly ListedKey[], holders: readonly KeyHolder[]): string {
  const rows = keys.map((key) => [
    key.key,
    key.state,
    `${key.ageDays} d`,
    dueWords(key),
    key.uses === null ? '' : String(key.uses),
    key.neededBy.map(({ what, rows: count }) => `${count} ${what}`).join(', '),
    holders.length === 0 ? '' : `${key.heldBy} of ${holders.length}`,
  ]);
  const troubles = holders.flatMap(({ trouble }) => (trouble === null ? [] : [trouble]));
  const running = holders.length === 0 ? 'No service is running.' : `${holders.length} running processes.`;
  return [
    table(['KEY', 'STATE', 'AGE', 'DUE', 'USES', 'NEEDED BY', 'HELD BY'], rows),
    '',
    running,
    ...troubles,
  ].join('\n');
}

function dueWords({ dueAt: due, expiresAt }: ListedKey): string {
  if (due !== null) return new Date(due) <= new Date() ? 'NOW' : due.slice(0, 10);
  return expiresAt === null ? '' : `ends ${expiresAt.slice(0, 16)}Z`;
}
