// @ts-check
import { existsSync } from 'node:fs';
import { tryLock } from './locks.mjs';
import { START_LOCK } from './paths.mjs';
import { Explained } from './terminal.mjs';

/** Allows one development service in a directory. */
export async function lockStart() {
  const lock = await tryLock(START_LOCK);
  if ('release' in lock) return lock;
  throw new Explained(`npm start is already running in this directory (pid ${lock.heldBy}).`);
}

/**
 * Checked before anything is prepared, so that a compiled project does not change under a running service for nothing.
 */
export async function refuseSecondStart() {
  if (existsSync(START_LOCK)) (await lockStart()).release();
}
