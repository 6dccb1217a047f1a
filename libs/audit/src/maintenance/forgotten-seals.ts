import type { EntityManager } from 'typeorm';

/**
 * Half of what random IVs are good for (NIST SP 800-38D, section 8.3), which is where a sealing key is due
 * (libs/key-ceremony): more than five days and nights at 5,000 values a second.
 */
const SEALED_SINCE_AT_MOST = 2 ** 31;
const NEVER_MORE = 2 ** 32;

const RAISE = `
  INSERT INTO hsm_key_uses AS u (kind, generation, seals)
  SELECT kind, generation, $1 FROM hsm_keys WHERE kind IN ('card-vault', 'secrets') AND state <> 'retired'
  ON CONFLICT (kind, generation) DO UPDATE SET seals = least(u.seals + excluded.seals, $2::bigint)
  RETURNING kind || '-' || generation AS key`;

/**
 * The backup has also forgotten how often its sealing keys were used since, and no line tells: resealing writes none. So each
 * counts as used that often more. It is due at once, and after a second restore without a rotation it seals nothing any more.
 *
 * @returns the keys, e.g. "card-vault-1"
 */
export async function raiseForgottenSeals(manager: EntityManager): Promise<readonly string[]> {
  const raised = await manager.query<{ key: string }[]>(RAISE, [SEALED_SINCE_AT_MOST, NEVER_MORE]);
  return raised.map(({ key }) => key).toSorted();
}
