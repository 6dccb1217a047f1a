import type { DataSource } from 'typeorm';
import { CeremonyRefused } from './ceremony.js';

/**
 * One ceremony at a time: two would make two keys of one label, and a wrapping key cannot be destroyed again. The lock
 * belongs to a transaction: it ends with it in every case, and a pooler cannot give it to another client.
 *
 * @throws CeremonyRefused while another one is under way
 */
export async function underCeremonyLock(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  await dataSource.transaction(async (guard) => {
    // A ceremony waits for people and for services.
    await guard.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    const [row] = await guard.query<{ free: boolean }[]>(
      "SELECT pg_try_advisory_xact_lock(hashtext('pinward key ceremony')) AS free",
    );
    if (row?.free !== true) throw new CeremonyRefused('another key ceremony is under way: wait for its end');
    await work();
  });
}
