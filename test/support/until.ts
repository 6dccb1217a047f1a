import { setTimeout as pause } from 'node:timers/promises';

/** For what another process does. Long, since it only says after how long a wait is a fault: a machine may be slow. */
export const PATIENCE_MS = 90_000;

/** Polls until `condition` is true. @throws Error naming `what`, after `withinMs` milliseconds */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
): Promise<void> {
  for (const end = Date.now() + withinMs; !(await condition()); await pause(10)) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
  }
}
