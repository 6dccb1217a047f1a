// @ts-check
import { existsSync } from 'node:fs';
import { tryLock } from './locks.mjs';
import { START_LOCK } from './paths.mjs';
import { Explained } from './terminal.mjs';

/** One development service in a directory. */
export async function lockStart() {
  const lock = await tryLock(START_LOCK);
  if ('release' in lock) return lock;
  throw new Explained(`npm start is already running in this directory (pid ${lock.heldBy}).`);
}

/** Looks before anything is prepared: a compiled project must not change under a running service for nothing. */
export async function refuseSecondStart() {
  if (existsSync(START_LOCK)) (await lockStart()).release();
}
