import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT_ROOT } from '../support/project-root.js';
import { freePort, listens } from './ports.js';
import { PATIENCE_MS } from '../support/until.js';

const INSTALLED_AT = ['/usr/sbin/haproxy', '/usr/bin/haproxy', '/usr/local/sbin/haproxy'];
const HOST = '127.0.0.1';

/** Debian's HAProxy; null, with a clear notice, if it is not installed. */
export function findHaproxy(): string | null {
  const program = INSTALLED_AT.find((path) => existsSync(path)) ?? null;
  if (program === null) console.warn('SKIPPED: haproxy is missing (apt-get install haproxy)');
  return program;
}

/** A replica's ports for card apps and for health, on this machine. */
export interface ReplicaPorts {
  readonly port: number;
  readonly probe: number;
}

/** A real HAProxy with the documented configuration, docs/haproxy.cfg, in front of two replicas. */
export class Haproxy implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcessByStdio<null, null, Readable>,
    /** "https://127.0.0.1:PORT" */
    readonly url: string,
  ) {}

  static async start(program: string, a: ReplicaPorts, b: ReplicaPorts): Promise<Haproxy> {
    const front = await freePort();
    const child = spawn(program, ['-db', '-f', join(PROJECT_ROOT, 'docs/haproxy.cfg')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        PINWARD_FRONT: `${HOST}:${front}`,
        PINWARD_A: `${HOST}:${a.port}`,
        PINWARD_A_PROBE: String(a.probe),
        PINWARD_B: `${HOST}:${b.port}`,
        PINWARD_B_PROBE: String(b.probe),
      },
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part));
    for (const end = Date.now() + PATIENCE_MS; !(await listens(front)); await pause(20)) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`HAProxy does not start:\n${output}`);
    }
    return new Haproxy(child, `https://${HOST}:${front}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
