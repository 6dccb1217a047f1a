// @ts-check
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findNode } from './node-runtime.mjs';
import { ROOT, SERVICE } from './paths.mjs';
import { ended } from './processes.mjs';
import { Explained, tell } from './terminal.mjs';

/** As text, or in a line of JSON. */
const READY = /Pinward listens on https?:\/\/\S+:(\d+)[\s"]/;
const READY_DEADLINE_MS = 120_000;
const STOP_PATIENCE_MS = 30_000;
const PORT_PATIENCE_MS = 5_000;

/**
 * The service as a child process. It is detached from the terminal, so that Ctrl-C reaches it through this process
 * alone, and the kernel stops it when this process is killed.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function spawnService(env) {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', SERVICE], {
    cwd: ROOT,
    env: { ...env, PINWARD_NODE: findNode() },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = ended(child);
  exit.catch(() => undefined); // whoever waits for it sees it
  child.stdout.pipe(process.stdout, { end: false });
  return {
    exit,
    /** @returns {Promise<number>} the port it listens on */
    ready: () =>
      new Promise((resolve, reject) => {
        let text = '';
        const late = setTimeout(
          () => reject(new Explained('The service did not become ready in time.')),
          READY_DEADLINE_MS,
        );
        const look = (/** @type {Buffer} */ part) => {
          text += part.toString('utf8');
          const port = READY.exec(text)?.[1];
          if (port === undefined) return;
          child.stdout.off('data', look);
          clearTimeout(late);
          resolve(Number(port));
        };
        child.stdout.on('data', look);
        exit.then((status) => {
          clearTimeout(late);
          reject(new Explained(`The service ended before it was ready (exit status ${status}; see above).`));
        }, reject);
      }),
    /** Lets it finish what it is doing, within limits. */
    async stop() {
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await exit.finally(() => clearTimeout(impatient));
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/**
 * The port that PORT names; 0 takes a free one.
 *
 * @param {string | undefined} text
 * @returns {number}
 */
export function portOf(text) {
  if (text === undefined) return 8443;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Explained(`PORT is ${JSON.stringify(text)}: it must be a whole number from 0 to 65535.`);
}

/**
 * Sees to it that the port can be taken, before anything is started. A service whose npm start was killed may need a
 * moment to end.
 *
 * @param {number} port
 * @param {string} host
 */
export async function untilPortIsFree(port, host) {
  const deadline = Date.now() + PORT_PATIENCE_MS;
  for (let first = true; !(await canListen(port, host)); first = false) {
    if (first) tell(`port ${port} is in use; waiting a moment`);
    if (Date.now() > deadline) {
      throw new Explained(
        `Port ${port} of ${host} is in use by another process. Stop it, or choose another port: PORT=8444 npm start\n` +
          `To see who it is: ss -ltnp 'sport = :${port}'`,
      );
    }
    await pause(200);
  }
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
function canListen(port, host) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(new Explained(cannotListen(host, error))),
    );
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** @param {string} host @param {NodeJS.ErrnoException} error */
function cannotListen(host, { code, message }) {
  switch (code) {
    case 'EADDRNOTAVAIL':
      return `HOST is ${host}, and this machine has no such address.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is ${host}, a name that cannot be resolved.`;
    case 'EACCES':
      return 'Ports below 1024 are for root: choose another one with PORT.';
    default:
      return `Cannot listen: ${message}`;
  }
}
