import type { DataSource, EntityManager } from 'typeorm';
import { type KeyKind, keyLabel, type SealKeyName } from '#libs/hsm';
import { REFERENCES } from './reference-tables.js';
import { replayRegister } from './replay-registers.js';

export interface KeyReference {
  readonly what: string;
  readonly rows: number;
}

/** How many rows still need this generation, by kind of row. Reads whole tables. */
export async function keyReferences(
  dataSource: DataSource,
  { kind, generation }: { readonly kind: KeyKind; readonly generation: number },
): Promise<readonly KeyReference[]> {
  const found: KeyReference[] = [];
  for (const { what, table, generationColumn, where } of REFERENCES[kind] ?? []) {
    const [row] = await dataSource.query<{ rows: number }[]>(
      `SELECT count(*)::float8 AS rows FROM ${table} WHERE ${generationColumn} = $1 AND ${where}`,
      [generation],
    );
    found.push({ what, rows: row?.rows ?? 0 });
  }
  return found;
}

/** Those that still need each generation, counted one by one. */
export async function neededRows(
  dataSource: DataSource,
  kind: KeyKind,
  generations: readonly number[],
): Promise<ReadonlyMap<number, readonly KeyReference[]>> {
  const needed = new Map<number, readonly KeyReference[]>();
  for (const generation of generations) {
    const references = await keyReferences(dataSource, { kind, generation });
    needed.set(
      generation,
      references.filter(({ rows }) => rows > 0),
    );
  }
  return needed;
}

/** Counted uses of a key: values sealed under it, or envelopes accepted under it (an estimate). */
export async function keyUses(
  dataSource: DataSource,
  key: { readonly kind: KeyKind; readonly generation: number },
): Promise<number | null> {
  const { kind, generation } = key;
  if (kind === 'pin-transport') {
    const [row] = await dataSource.query<{ rows: number | null }[]>(
      `SELECT GREATEST(reltuples, 0)::float8 AS rows FROM pg_class WHERE oid = to_regclass($1)`,
      [`public.${replayRegister(keyLabel(key))}`],
    );
    return row?.rows ?? null;
  }
  if (kind !== 'card-vault' && kind !== 'secrets') return null;
  const [row] = await dataSource.query<{ seals: number }[]>(
    'SELECT seals::float8 AS seals FROM hsm_key_uses WHERE kind = $1 AND generation = $2',
    [kind, generation],
  );
  return row?.seals ?? 0;
}

/** Ends values that are void without the key and would be tried in vain: codes that live, or are on their way. */
export async function giveUpValues(
  manager: EntityManager,
  { kind, generation }: { readonly kind: KeyKind; readonly generation: number },
): Promise<void> {
  if (kind === 'otp') {
    const ended = "status = 'superseded', ended_at = clock_timestamp()";
    await manager.query(
      `UPDATE one_time_passwords SET ${ended} WHERE mac_generation = $1 AND status = 'live'`,
      [generation],
    );
  }
  if (kind === 'secrets') {
    await manager.query('UPDATE outbox_events SET sealed = NULL WHERE sealed_generation = $1', [generation]);
  }
}

/**
 * Records that so many more values may be sealed under the key.
 *
 * @throws QueryFailedError (hsm_key_uses_seals) when the key has sealed 2^32 values: it must be rotated
 */
export async function reserveSeals(
  dataSource: DataSource,
  { kind, generation }: SealKeyName,
  amount: number,
): Promise<void> {
  await dataSource.query(
    `INSERT INTO hsm_key_uses AS u (kind, generation, seals) VALUES ($1, $2, $3)
     ON CONFLICT (kind, generation) DO UPDATE SET seals = u.seals + excluded.seals`,
    [kind, generation, amount],
  );
}
