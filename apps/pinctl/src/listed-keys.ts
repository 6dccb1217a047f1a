import type { DataSource } from 'typeorm';
import { isUsable, KEY_KINDS, keyLabel, type KeyKind } from '#libs/hsm';
import { dueAt, keyReferences, keyUses, readRegisteredKeys, type KeyHolder, type KnownKey } from '#libs/keys';

const DAY_MS = 86_400_000;

/** A registered key with its age and due time. */
export interface ListedKey {
  readonly key: string;
  readonly kind: KeyKind;
  readonly generation: number;
  /** As registered; or `prepared` for a key that will become current; or `expired` after its end. */
  readonly state: string;
  /** base64url; apps pin that of a manifest-signing key. */
  readonly fingerprint: string;
  readonly registeredAt: string;
  readonly ageDays: number;
  /** For a current key. */
  readonly dueAt: string | null;
  readonly expiresAt: string | null;
  /** Values sealed, or envelopes accepted (an estimate); null where they are not counted. */
  readonly uses: number | null;
  /** What can be read only with this key. */
  readonly neededBy: readonly { readonly what: string; readonly rows: number }[];
  /** The number of running processes that hold it. */
  readonly heldBy: number;
}

/**
 * All registered keys, by kind and newest first.
 *
 * @param holders null where their use is not asked for: then nothing is counted, and neededBy and heldBy are empty
 */
export async function listedKeys(
  dataSource: DataSource,
  holders: readonly KeyHolder[] | null,
  now: Date,
): Promise<readonly ListedKey[]> {
  const rows = await readRegisteredKeys(dataSource);
  const keys: ListedKey[] = [];
  for (const row of KEY_KINDS.flatMap((kind) => rows.filter((candidate) => candidate.kind === kind))) {
    const label = keyLabel(row);
    const usable = rows.filter(({ kind, state }) => kind === row.kind && isUsable({ state }));
    const current = usable.find(({ state }) => state === 'current');
    const uses = isUsable(row) ? await keyUses(dataSource, row) : null;
    // Counting reads whole tables, and is useful only if there is a choice.
    const counted = holders !== null && usable.length > 1 && isUsable(row);
    const references = counted ? await keyReferences(dataSource, row) : [];
    const due = dueAt(row.kind, { since: row.registeredAt, uses, now });
    keys.push({
      key: label,
      kind: row.kind,
      generation: row.generation,
      state: stateOf(row, current?.generation ?? 0, now),
      uses,
      fingerprint: row.fingerprint.toString('base64url'),
      registeredAt: row.registeredAt.toISOString(),
      ageDays: ageDays(row.registeredAt, now),
      dueAt: row.state === 'current' ? due.toISOString() : null,
      expiresAt: row.expiresAt?.toISOString() ?? null,
      neededBy: references.filter((reference) => reference.rows > 0),
      heldBy: holders?.filter((holder) => label in holder.keys).length ?? 0,
    });
  }
  return keys;
}

/** Whole ones. */
export function ageDays(since: Date, now: Date): number {
  return Math.floor((now.getTime() - since.getTime()) / DAY_MS);
}

function stateOf({ state, generation, expiresAt }: KnownKey, current: number, now: Date): string {
  if (state !== 'accepted') return state;
  if (generation > current) return 'prepared';
  return expiresAt !== null && expiresAt <= now ? 'expired' : state;
}
