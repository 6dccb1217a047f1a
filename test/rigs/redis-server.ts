import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './ports.js';
import { PATIENCE_MS } from '../support/until.js';

const INSTALLED_AT = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'];
const HOST = '127.0.0.1';

/** Debian's redis-server; null, with a clear notice, if it is not installed. */
export function findRedis(): string | null {
  const program = INSTALLED_AT.find((path) => existsSync(path)) ?? null;
  if (program === null) console.warn('SKIPPED: redis-server is missing (apt-get install redis-server)');
  return program;
}

/** PEM files for a second port that speaks TLS. */
export interface RedisTls {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** A real Redis without persistence that can be killed, halted, and started again at the same address. */
export class RedisServer implements AsyncDisposable {
  #child: ChildProcessByStdio<null, Readable, null> | null = null;

  private constructor(
    private readonly program: string,
    private readonly port: number,
    private readonly tlsPort: number,
    private readonly tls: RedisTls | undefined,
  ) {}

  /** Its ports, on which no server answers before `start`. */
  static async reserve(program: string, tls?: RedisTls): Promise<RedisServer> {
    return new RedisServer(program, await freePort(), await freePort(), tls);
  }

  get url(): string {
    return `redis://${HOST}:${this.port}`;
  }

  get tlsUrl(): string {
    return `rediss://${HOST}:${this.tlsPort}`;
  }

  async start(): Promise<void> {
    const options: readonly string[] = [
      '--bind',
      HOST,
      '--port',
      String(this.port),
      '--save',
      '',
      '--appendonly',
      'no',
      ...(this.tls === undefined
        ? []
        : [
            '--tls-port',
            String(this.tlsPort),
            '--tls-auth-clients',
            'no',
            '--tls-cert-file',
            this.tls.certificateFile,
            '--tls-key-file',
            this.tls.keyFile,
            '--tls-ca-cert-file',
            this.tls.certificateFile,
          ]),
    ];
    const child = spawn(this.program, options, { cwd: '/tmp', stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    for (const end = Date.now() + PATIENCE_MS; !output.includes('Ready to accept'); await pause(10)) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`Redis does not start:\n${output}`);
    }
  }

  /** SIGKILL, like a crash; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Connections stay open, but get no answers. */
  halt(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
