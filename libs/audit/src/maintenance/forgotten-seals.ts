import type { EntityManager } from 'typeorm';

/**
 * Half of the limit for random IVs (NIST SP 800-38D, section 8.3). At this number a sealing key must be rotated
 * (libs/key-ceremony). At 5,000 values a second it takes more than five days and nights.
 */
const SEALED_SINCE_AT_MOST = 2 ** 31;
const NEVER_MORE = 2 ** 32;

const RAISE = `
  INSERT INTO hsm_key_uses AS u (kind, generation, seals)
  SELECT kind, generation, $1 FROM hsm_keys WHERE kind IN ('card-vault', 'secrets') AND state <> 'retired'
  ON CONFLICT (kind, generation) DO UPDATE SET seals = least(u.seals + excluded.seals, $2::bigint)
  RETURNING kind || '-' || generation AS key`;

/**
 * The backup has also lost how often its sealing keys were used since, and no line records it: resealing writes none.
 * So this number is added to each count. The key is then due at once; after a second restore without a rotation it
 * seals nothing any more.
 *
 * @returns the keys, e.g. "card-vault-1"
 */
export async function raiseForgottenSeals(manager: EntityManager): Promise<readonly string[]> {
  const raised = await manager.query<{ key: string }[]>(RAISE, [SEALED_SINCE_AT_MOST, NEVER_MORE]);
  return raised.map(({ key }) => key).toSorted();
}
