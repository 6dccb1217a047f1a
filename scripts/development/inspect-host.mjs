// @ts-check
// Loaded before the service by npm run dev -- --inspect. The service itself cannot open a debugger on the process that
// PINs pass through: neither a setting nor a signal does it. So the fork of the HSM host gets the option from here.
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const { fork } = childProcess;
const port = new URL(import.meta.url).searchParams.get('port');

/** @param {string | URL} program @param {readonly string[]} args @param {import('node:child_process').ForkOptions} options */
function forkInspected(program, args, options) {
  const execArgv = [...(options.execArgv ?? []), `--inspect=127.0.0.1:${port}`];
  return fork(program, args, String(program).endsWith('/host-main.js') ? { ...options, execArgv } : options);
}

childProcess.fork = /** @type {typeof fork} */ (forkInspected);
syncBuiltinESMExports();
