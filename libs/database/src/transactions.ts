import type { DataSource, EntityManager } from 'typeorm';
import { PinwardError } from '#libs/errors';
import { databaseFault, kindOfFault } from './database-fault.js';

const ATTEMPTS_AT_MOST = 5;

/** Another writer changed the row between reading and writing it: nothing is kept, everything is looked at again. */
export class RowChanged extends Error {
  override readonly name = 'RowChanged';

  constructor() {
    super('the row was written in between');
  }
}

/**
 * Runs the work in one transaction, again after a conflict. After a lost connection it is not repeated: if it
 * committed, the request id finds it.
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
      const conflict = fault instanceof RowChanged || kindOfFault(fault) === 'conflict';
      if (!conflict) throw databaseFault(fault);
      if (attempt === ATTEMPTS_AT_MOST) throw unavailable(fault);
    }
  }
}

/** Runs work that needs no transaction of its own. @throws PinwardError as inTransaction does */
export async function outsideTransaction<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    throw databaseFault(fault);
  }
}

/** The outcome is unknown, or there will be none: the same call may be made again. */
export function unavailable(cause?: unknown): PinwardError {
  return cause === undefined
    ? new PinwardError('DATABASE_UNAVAILABLE', {}, { retryAfterSeconds: 1 })
    : new PinwardError(
        'DATABASE_UNAVAILABLE',
        {},
        { retryAfterSeconds: 1, cause: databaseFault(cause).cause },
      );
}
