import { databaseFault, kindOfFault, unavailable } from '#libs/database';

/** Each conflict means that somebody else got on, so this many in a row is a storm. */
const CONFLICTS_AT_MOST = 5;

/** A pool may hold several connections that died together with the server. */
const LOSSES_AT_MOST = 3;

export interface Answered<Answer> {
  readonly answer: Answer;
  /** A connection was lost on the way: an earlier attempt may have committed, or may yet. */
  readonly doubtful: boolean;
}

/**
 * Runs a statement that may be repeated (a spend, a settle, a give-back) until it is answered: again after a conflict,
 * which rolled it back, and again after a lost connection, which leaves its outcome unknown.
 *
 * @param run is told how many attempts have failed
 * @throws PinwardError DATABASE_UNAVAILABLE, or INTERNAL for a defect
 */
export async function untilAnswered<Answer>(
  run: (attempt: number) => Promise<Answer>,
): Promise<Answered<Answer>> {
  let conflicts = 0;
  let losses = 0;
  for (;;) {
    try {
      return { answer: await run(conflicts + losses), doubtful: losses > 0 };
    } catch (fault) {
      const kind = kindOfFault(fault);
      if (kind === 'conflict') conflicts += 1;
      else if (kind === 'connection-lost') losses += 1;
      else throw databaseFault(fault);
      if (conflicts > CONFLICTS_AT_MOST || losses > LOSSES_AT_MOST) throw unavailable(fault);
    }
  }
}
