import type { DataSource } from 'typeorm';
import type { SealKeyName } from '#libs/hsm';

/**
 * Notes that so many more values may be sealed under the key.
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
