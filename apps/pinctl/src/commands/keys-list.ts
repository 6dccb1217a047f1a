import type { DataSource } from 'typeorm';
import { isUsable, KEY_KINDS, keyLabel } from '#libs/hsm';
import { dueAt } from '#libs/key-ceremony';
import {
  keyReferences,
  keyUses,
  readKeyHolders,
  readRegisteredKeys,
  type KeyHolder,
  type KnownKey,
} from '#libs/keys';
import { loadSettings } from '../config/settings.js';
import { withDatabase } from '../database.js';
import { print } from '../terminal/print.js';
import { table } from '../terminal/table.js';

const DAY_MS = 86_400_000;

interface ListedKey {
  readonly key: string;
  /** As registered, or `prepared` for one that is to become current, or `expired` past its end. */
  readonly state: string;
  /** base64url; of a manifest-signing key what apps pin. */
  readonly fingerprint: string;
  readonly registeredAt: string;
  readonly ageDays: number;
  /** Of a current key. */
  readonly dueAt: string | null;
  readonly expiresAt: string | null;
  /** Values sealed, or envelopes accepted (an estimate); null where they are not counted. */
  readonly uses: number | null;
  /** What can be read with this key alone. */
  readonly neededBy: readonly { readonly what: string; readonly rows: number }[];
  /** Running processes that hold it. */
  readonly heldBy: number;
}

export async function listKeys({ json }: { readonly json?: true }): Promise<void> {
  const { databaseUrl } = loadSettings();
  await withDatabase(
    databaseUrl,
    async (dataSource) => {
      const holders = await readKeyHolders(dataSource);
      const keys = await listed(dataSource, holders);
      print(json, { keys, processes: holders }, words(keys, holders));
    },
    0,
  );
}

async function listed(dataSource: DataSource, holders: readonly KeyHolder[]): Promise<readonly ListedKey[]> {
  const rows = await readRegisteredKeys(dataSource);
  const now = new Date();
  const keys: ListedKey[] = [];
  for (const row of KEY_KINDS.flatMap((kind) => rows.filter((candidate) => candidate.kind === kind))) {
    const label = keyLabel(row);
    const usable = rows.filter(({ kind, state }) => kind === row.kind && isUsable({ state }));
    const current = usable.find(({ state }) => state === 'current');
    const uses = isUsable(row) ? await keyUses(dataSource, row) : null;
    // Counting reads whole tables, and tells something only where there is a choice.
    const counted = usable.length > 1 && isUsable(row);
    const references = counted ? await keyReferences(dataSource, row) : [];
    const due = dueAt(row.kind, { since: row.registeredAt, uses, now });
    keys.push({
      key: label,
      state: stateOf(row, current?.generation ?? 0, now),
      uses,
      fingerprint: row.fingerprint.toString('base64url'),
      registeredAt: row.registeredAt.toISOString(),
      ageDays: Math.floor((now.getTime() - row.registeredAt.getTime()) / DAY_MS),
      dueAt: row.state === 'current' ? due.toISOString() : null,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      neededBy: references.filter((reference) => reference.rows > 0),
      heldBy: holders.filter((holder) => label in holder.keys).length,
    });
  }
  return keys;
}

function stateOf({ state, generation, expiresAt }: KnownKey, current: number, now: Date): string {
  if (state !== 'accepted') return state;
  if (generation > current) return 'prepared';
  return expiresAt !== null && expiresAt <= now ? 'expired' : state;
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
