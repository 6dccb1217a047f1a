// @ts-check
// Loaded before a service's own code (--import): opens the inspector of the process, and of the HSM hosts that it starts,
// whose environment and options are otherwise closed to such things. The address of each goes into a file.
import childProcess from 'node:child_process';
import inspector from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const { NODE_OPTIONS, WALK_FOLDER } = process.env;

if (isMainThread && WALK_FOLDER !== undefined) {
  inspector.open(0, '127.0.0.1');
  writeFileSync(join(WALK_FOLDER, `${process.pid}.url`), inspector.url() ?? '');
  const { fork } = childProcess;
  /** @param {string} file @param {string[]} args @param {import('node:child_process').ForkOptions} options */
  const inspectedFork = (file, args, options) =>
    fork(file, args, { ...options, env: { ...options.env, NODE_OPTIONS, WALK_FOLDER } });
  Object.assign(childProcess, { fork: inspectedFork });
  syncBuiltinESMExports();
}
