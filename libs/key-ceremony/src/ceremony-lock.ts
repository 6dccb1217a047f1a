import type { DataSource } from 'typeorm';
import { CeremonyRefused } from './ceremony.js';

/**
 * One ceremony at a time: two would make two keys of one label, and a wrapping key cannot be destroyed again. The lock
 * ends with the connection, so an interrupted ceremony leaves none.
 *
 * @throws CeremonyRefused while another one is under way
 */
export async function underCeremonyLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const guard = dataSource.createQueryRunner();
  await guard.connect();
  try {
    const lock = "hashtext('pinward key ceremony')";
    const [{ free }] = (await guard.query(`SELECT pg_try_advisory_lock(${lock}) AS free`)) as [
      { free: boolean },
    ];
    if (!free) throw new CeremonyRefused('another key ceremony is under way: wait for its end');
    try {
      await work();
    } finally {
      await guard.query(`SELECT pg_advisory_unlock(${lock})`);
    }
  } finally {
    await guard.release();
  }
}
