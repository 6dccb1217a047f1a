import type { DataSource, EntityManager } from 'typeorm';
import { databaseFault, kindOfFault } from '#libs/database';
import { unavailable } from './answered-calls.js';

const ATTEMPTS_AT_MOST = 5;

/** Another writer came between outsideTransaction a card and writing it: nothing is kept, everything is looked at again. */
export class CardChanged extends Error {
  override readonly name = 'CardChanged';

  constructor() {
    super('the card was written in between');
  }
}

/**
 * Runs the work in one transaction, again after a conflict. A lost connection is not repeated: what was committed
 * is found again by the request id.
 *
 * @throws PinwardError DATABASE_UNAVAILABLE, or INTERNAL for a defect
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await dataSource.transaction(work);
    } catch (fault) {
      const conflict = fault instanceof CardChanged || kindOfFault(fault) === 'conflict';
      if (!conflict) throw databaseFault(fault);
      if (attempt === ATTEMPTS_AT_MOST) throw unavailable(fault);
    }
  }
}

/** Runs what needs no transaction of its own. @throws PinwardError as inTransaction does */
export async function outsideTransaction<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    throw databaseFault(fault);
  }
}
