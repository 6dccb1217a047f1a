// @ts-check
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ROOT } from './paths.mjs';
import { Explained } from './terminal.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/**
 * @param {ChildProcess} child
 * @returns {Promise<number>} the exit status, 128 + n after signal n, as a shell gives it
 */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * Runs a command in the foreground to its end, and passes on the signals that would end this process. Ctrl-C reaches
 * the command by itself, where there is a terminal.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function run(file, args, options = {}) {
  const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit', ...options });
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, passOn);
  try {
    return await ended(child);
  } finally {
    for (const signal of signals) process.off(signal, passOn);
  }
}

/**
 * Runs a step whose standard output is its result; `input` (a secret, perhaps) is handed over on its standard input,
 * where no list of processes shows it.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ input?: string, env?: NodeJS.ProcessEnv, failure: string }} options `failure` says what could not be done
 */
export async function output(file, args, { input = '', env = process.env, failure }) {
  const child = spawn(file, args, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => (text += part));
  child.stdin.on('error', () => undefined).end(input); // a child that ends early says why by itself
  const status = await ended(child);
  if (status !== 0) throw new Explained(`${failure} (see above; exit status ${status}).`);
  return text;
}
