import type { DataSource } from 'typeorm';
import { keyLabel, type KeyKind } from '#libs/hsm';
import { keyUses } from './references.js';
import { readRegisteredKeys } from './registrations.js';
import { dueAt } from './rotation-policy.js';

/** A key that makes new values, and when the rotation policy wants it replaced. */
interface KeyDue {
  readonly key: string;
  readonly kind: KeyKind;
  /** When it was registered. */
  readonly since: Date;
  readonly dueAt: Date;
}

/** The current keys, the first that is due before the others. */
export async function keysDue(dataSource: DataSource, now: Date): Promise<readonly KeyDue[]> {
  const current = (await readRegisteredKeys(dataSource)).filter(({ state }) => state === 'current');
  const due = await Promise.all(
    current.map(async (key) => {
      const uses = await keyUses(dataSource, key);
      return {
        key: keyLabel(key),
        kind: key.kind,
        since: key.registeredAt,
        dueAt: dueAt(key.kind, { since: key.registeredAt, uses, now }),
      };
    }),
  );
  return due.toSorted((one, other) => one.dueAt.getTime() - other.dueAt.getTime());
}
