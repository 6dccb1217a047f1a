import type { DataSource, EntityManager } from 'typeorm';
import { type KeyKind, keyLabel, type SealKeyName } from '#libs/hsm';
import { replayRegister } from './replay-registers.js';

interface Reference {
  /** The rows that name the key, in words for an operator. */
  readonly what: string;
  /** Rows that name generation $1. */
  readonly from: string;
}

/** What in the database can be read only with a key of this kind. */
const REFERENCES: Readonly<Partial<Record<KeyKind, readonly Reference[]>>> = {
  'pin-wrapping': [
    { what: 'PIN verifiers', from: 'cards WHERE verifier_generation = $1' },
    { what: 'verifiers of earlier PINs', from: 'pin_history WHERE verifier_generation = $1' },
  ],
  'card-vault': [{ what: 'cards with sealed data', from: 'card_data WHERE seal_generation = $1' }],
  lookup: [{ what: 'PAN fingerprints', from: 'card_data WHERE fingerprint_generation = $1' }],
  otp: [
    {
      what: 'one-time passwords',
      from: `one_time_passwords WHERE mac_generation = $1 AND status = 'live' AND expires_at > clock_timestamp()`,
    },
  ],
  secrets: [
    { what: 'webhook secrets', from: 'webhook_secrets WHERE sealed_generation = $1' },
    { what: 'sealed events', from: 'outbox_events WHERE sealed_generation = $1 AND sealed IS NOT NULL' },
  ],
};

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
  for (const { what, from } of REFERENCES[kind] ?? []) {
    const [row] = await dataSource.query<{ rows: number }[]>(`SELECT count(*)::float8 AS rows FROM ${from}`, [
      generation,
    ]);
    found.push({ what, rows: row?.rows ?? 0 });
  }
  return found;
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
