import type { DataSource, EntityManager } from 'typeorm';

/** Table of the envelopes that were accepted under a transport key: a partition of pin_envelopes. */
export function replayRegister(kid: string): string {
  return `pin_envelopes_${kid.replaceAll('-', '_')}`;
}

/** Changes nothing if it exists. */
export async function makeReplayRegister(manager: EntityManager, kid: string): Promise<void> {
  await manager.query(`SELECT pinward_make_partition('pin_envelopes', $2, format('IN (%L)', $1::text))`, [
    kid,
    replayRegister(kid),
  ]);
}

/**
 * Drops the register of a retired transport key: no envelope arrives under it any more. As the schema's owner.
 *
 * @throws QueryFailedError (55P03) after waiting 5 s for other work: run it again
 */
export async function dropReplayRegister(dataSource: DataSource, kid: string): Promise<void> {
  if (!/^pin-transport-\d+$/.test(kid)) throw new RangeError('not a transport key');
  await dataSource.transaction(async (manager) => {
    await manager.query(`SET LOCAL lock_timeout = '5s'`);
    await manager.query(`DROP TABLE IF EXISTS public.${replayRegister(kid)}`);
  });
}
