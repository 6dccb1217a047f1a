import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.js';
import { PATIENCE_MS } from '../support/until.js';

const INSTALLED_AT = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'];
const HOST = '127.0.0.1';

/** Debian's PgBouncer; null, with a clear notice, if it is not installed. */
export function findPgBouncer(): string | null {
  const program = INSTALLED_AT.find((path) => existsSync(path)) ?? null;
  if (program === null) console.warn('SKIPPED: pgbouncer is missing (apt-get install pgbouncer)');
  return program;
}

export interface BouncerOptions {
  readonly mode: 'session' | 'transaction';
  /** Backends of each role and database. */
  readonly poolSize: number;
  /** Start-up parameters that it accepts and drops. */
  readonly ignored?: string;
}

/** A real PgBouncer in front of a server, for the roles of these URLs. */
export class PgBouncer implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcessByStdio<null, null, Readable>,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async start(program: string, urls: readonly string[], options: BouncerOptions): Promise<PgBouncer> {
    const [server] = urls.map((url) => new URL(url));
    if (server === undefined) throw new Error('in front of which server?');
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'pinward-pgbouncer-'));
    const file = (name: string, lines: readonly string[]) => {
      writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o644 });
      return join(folder, name);
    };
    chmodSync(folder, 0o755);
    const users = urls.map((url) => new URL(url)).map((url) => [url.username, url.password]);
    const userlist = file(
      'users',
      users.map((words) => words.map((word) => `"${decodeURIComponent(word)}"`).join(' ')),
    );
    const configuration = file('pgbouncer.ini', [
      '[databases]',
      `* = host=${server.hostname} port=${server.port}`,
      '[pgbouncer]',
      `listen_addr = ${HOST}`,
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${userlist}`,
      `pool_mode = ${options.mode}`,
      `default_pool_size = ${options.poolSize}`,
      'max_client_conn = 200',
      ...(options.ignored === undefined ? [] : [`ignore_startup_parameters = ${options.ignored}`]),
      // It does not run as root.
      ...(process.getuid?.() === 0 ? ['user = nobody'] : []),
    ]);
    const child = spawn(program, [configuration], { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part));
    for (const end = Date.now() + PATIENCE_MS; !output.includes('process up'); await pause(10)) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(`PgBouncer does not start:\n${output}`);
    }
    return new PgBouncer(child, folder, port);
  }

  /** The URL of the same database through this pooler. */
  url(direct: string): string {
    const url = new URL(direct);
    url.host = `${HOST}:${this.port}`;
    return url.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
