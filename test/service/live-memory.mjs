// @ts-check
// Loaded before a service's own code (--import): tells on SIGUSR2 what it holds in memory when its garbage is collected.
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

const { LIVE_MEMORY_FILE } = process.env;

if (isMainThread && LIVE_MEMORY_FILE !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = /** @type {() => void} */ (runInNewContext('gc'));
  process.on('SIGUSR2', () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    writeFileSync(`${LIVE_MEMORY_FILE}.new`, String(heapUsed + arrayBuffers));
    renameSync(`${LIVE_MEMORY_FILE}.new`, LIVE_MEMORY_FILE);
  });
}
