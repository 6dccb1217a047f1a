import { spawn } from 'node:child_process';
import { findNode } from '../bootstrap/node-runtime.mjs';
import { ROOT, SERVICE } from '../bootstrap/paths.mjs';
import { ended } from '../bootstrap/processes.mjs';
import { Explained } from '../bootstrap/terminal.mjs';

/** As text, or in a line of JSON. */
const READY = /Pinward listens on https?:\/\/\S+:(\d+)[\s"]/;
const READY_DEADLINE_MS = 120_000;
const STOP_PATIENCE_MS = 30_000;

export interface ServiceProcess {
  /** Its exit status. */
  readonly exit: Promise<number>;
  /** @returns the port it listens on */
  ready(): Promise<number>;
  /** Lets it finish its work, within limits. */
  stop(): Promise<void>;
  kill(): void;
}

/**
 * The service as a child process. It is detached from the terminal, so that Ctrl-C reaches it only through this
 * process. The kernel stops it when this process is killed.
 */
export function spawnService(env: NodeJS.ProcessEnv): ServiceProcess {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', SERVICE], {
    cwd: ROOT,
    env: { ...env, PINWARD_NODE: findNode() },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = ended(child);
  exit.catch(() => undefined); // the caller that waits for it sees the error
  child.stdout.pipe(process.stdout, { end: false });
  return {
    exit,
    ready: () =>
      new Promise((resolve, reject) => {
        let text = '';
        const late = setTimeout(
          () => reject(new Explained('The service did not become ready in time.')),
          READY_DEADLINE_MS,
        );
        const look = (part: Buffer) => {
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
    async stop() {
      child.kill('SIGTERM');
      const impatient = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
      await exit.finally(() => clearTimeout(impatient));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
