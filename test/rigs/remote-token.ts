import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { compileModule } from './shim.js';
import type { TestToken } from './token.js';
import { PATIENCE_MS } from '../support/until.js';

const CLIENT = '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so';
const SERVER = '/usr/bin/p11-kit';

/** Whether Debian's p11-kit and p11-kit-modules are installed. */
export const HAS_P11_KIT = existsSync(CLIENT) && existsSync(SERVER);

/** A token behind a socket, like a network HSM: its far end can die and come back. */
export class RemoteToken implements AsyncDisposable {
  #server: ChildProcess | null = null;

  private constructor(
    private readonly token: TestToken,
    private readonly tunnel: string,
    private readonly socket: string,
  ) {}

  static async start(token: TestToken): Promise<RemoteToken> {
    const source = new URL('./tunnel-module.c', import.meta.url);
    const tunnel = compileModule(source, join(token.directory, 'tunnel.so'));
    const remote = new RemoteToken(token, tunnel, join(token.directory, 'p11-kit.socket'));
    await remote.start();
    return remote;
  }

  /** The module that a process loads to reach it; the process must have `environment`. */
  get module(): string {
    return this.tunnel;
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      PINWARD_TUNNEL: 'near',
      PINWARD_TUNNEL_MODULE: CLIENT,
      P11_KIT_SERVER_ADDRESS: `unix:path=${this.socket}`,
    };
  }

  async start(): Promise<void> {
    rmSync(this.socket, { force: true });
    // Its own process group: it forks a process for each connection, and they die together.
    const server = spawn(
      SERVER,
      ['server', '-f', '-n', this.socket, '--provider', this.tunnel, `pkcs11:token=${this.token.tokenLabel}`],
      {
        detached: true,
        stdio: 'ignore',
        env: {
          ...this.token.environment,
          PINWARD_TUNNEL: 'far',
          PINWARD_TUNNEL_MODULE: this.token.module,
        },
      },
    );
    this.#server = server;
    for (const end = Date.now() + PATIENCE_MS; !existsSync(this.socket); await pause(5)) {
      if (Date.now() > end || server.exitCode !== null) throw new Error('the remote token does not listen');
    }
  }

  /** SIGKILL, to the server and all that it has forked. */
  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server?.pid === undefined || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    process.kill(-server.pid, 'SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
