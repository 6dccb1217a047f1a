// @ts-check
// Locks that the kernel holds for an open file (flock(2)): they end with their holder, however it ends, so none is
// ever stale. Node cannot take one, but flock(1) of util-linux can, on the open file it inherits from this process.
import { spawn } from 'node:child_process';
import { closeSync, constants, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ended } from './processes.mjs';

/** @typedef {{ release(): void }} Lock */

/**
 * @param {string} file holds the pid of the process that has the lock, or had it last
 * @returns {Promise<Lock | { heldBy: string }>}
 */
export async function tryLock(file) {
  const descriptor = openLock(file);
  if (await flock(descriptor, '--nonblock')) return held(descriptor);
  closeSync(descriptor);
  return { heldBy: readFileSync(file, 'utf8').trim() };
}

/**
 * Waits for the lock without a time limit.
 *
 * @param {string} file
 * @param {(holder: string) => void} waiting called once when another process has it
 * @returns {Promise<Lock>}
 */
export async function lock(file, waiting) {
  const first = await tryLock(file);
  if ('release' in first) return first;
  waiting(first.heldBy);
  const descriptor = openLock(file);
  if (!(await flock(descriptor, '--exclusive'))) throw new Error(`Cannot lock ${file}`);
  return held(descriptor);
}

/** @param {string} file */
function openLock(file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** @param {number} descriptor @param {string} how */
async function flock(descriptor, how) {
  const child = spawn('flock', [how, '3'], { stdio: ['ignore', 'ignore', 'inherit', descriptor] });
  return (await ended(child)) === 0;
}

/** @param {number} descriptor @returns {Lock} */
function held(descriptor) {
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`, 0);
  return { release: () => closeSync(descriptor) };
}
