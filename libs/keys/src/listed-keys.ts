import type { DataSource } from 'typeorm';
import { isUsable, KEY_KINDS, keyLabel, type KeyKind } from '#libs/hsm';
import type { KeyHolder } from './holders.js';
import { keyUses, type KeyReference } from './references.js';
import { readRegisteredKeys, type KnownKey } from './registrations.js';
import { dueAt } from './rotation-policy.js';

const DAY_MS = 86_400_000;

/** States of listed keys: as registered; `prepared` for one that will become current; `expired` after its end. */
export const LISTED_STATES = ['announced', 'prepared', 'current', 'accepted', 'expired', 'retired'] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** A registered key with its age and due time. */
export interface ListedKey<Needed = KeyReference> {
  readonly key: string;
  readonly kind: KeyKind;
  readonly generation: number;
  readonly state: ListedState;
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
  readonly neededBy: readonly Needed[];
  /** The number of running processes that hold it. */
  readonly heldBy: number;
}

/** What is asked for besides what is registered. */
export interface KeyUse<Needed> {
  readonly holders: readonly KeyHolder[];
  /** By generation. Asked only of a kind that has a choice between these generations. */
  readonly neededBy: (
    kind: KeyKind,
    generations: readonly number[],
  ) => Promise<ReadonlyMap<number, readonly Needed[]>>;
}

/**
 * Registered keys, by kind and newest first.
 *
 * @param use null where their use is not asked for: then neededBy and heldBy are empty
 * @param kinds all of them unless given
 */
export async function listedKeys<Needed = KeyReference>(
  dataSource: DataSource,
  now: Date,
  use: KeyUse<Needed> | null,
  kinds: readonly KeyKind[] = KEY_KINDS,
): Promise<readonly ListedKey<Needed>[]> {
  const registered = await readRegisteredKeys(dataSource);
  const keys: ListedKey<Needed>[] = [];
  for (const kind of kinds) {
    const rows = registered.filter((row) => row.kind === kind);
    const usable = rows.filter(isUsable).map(({ generation }) => generation);
    const needed = usable.length > 1 ? await use?.neededBy(kind, usable) : undefined;
    const current = rows.find(({ state }) => state === 'current');
    for (const row of rows) {
      const uses = isUsable(row) ? await keyUses(dataSource, row) : null;
      const due = dueAt(kind, { since: row.registeredAt, uses, now });
      const label = keyLabel(row);
      keys.push({
        key: label,
        kind,
        generation: row.generation,
        state: stateOf(row, current?.generation ?? 0, now),
        uses,
        fingerprint: row.fingerprint.toString('base64url'),
        registeredAt: row.registeredAt.toISOString(),
        ageDays: ageDays(row.registeredAt, now),
        dueAt: row.state === 'current' ? due.toISOString() : null,
        expiresAt: row.expiresAt?.toISOString() ?? null,
        neededBy: needed?.get(row.generation) ?? [],
        heldBy: use?.holders.filter((holder) => label in holder.keys).length ?? 0,
      });
    }
  }
  return keys;
}

/** Whole ones. */
export function ageDays(since: Date, now: Date): number {
  return Math.floor((now.getTime() - since.getTime()) / DAY_MS);
}

function stateOf({ state, generation, expiresAt }: KnownKey, current: number, now: Date): ListedKey['state'] {
  if (state !== 'accepted') return state;
  if (generation > current) return 'prepared';
  return expiresAt !== null && expiresAt <= now ? 'expired' : state;
}
