import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { createDataSource } from '#libs/database';
import { startPostgres, type EmbeddedPostgres } from '../../scripts/embedded-postgres/server.js';
import type { TestCluster } from './postgres-server.js';
import { PATIENCE_MS } from '../support/until.js';

const HOST = '127.0.0.1';
const password = () => randomBytes(18).toString('base64url');

/** One address that leads to a server and can be moved to the other, like HAProxy in front of Patroni. */
class ServiceAddress {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    private target: number,
  ) {
    listener.on('connection', (near) => {
      const far = connect(this.target, HOST);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => other.destroy()).on('close', () => other.destroy());
        socket.once('close', () => this.#sockets.delete(socket));
      }
    });
  }

  static async open(target: number): Promise<ServiceAddress> {
    const listener = createServer().listen(0, HOST);
    await once(listener, 'listening');
    return new ServiceAddress(listener, target);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Connections to the server before end. */
  moveTo(target: number): void {
    this.target = target;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Two real PostgreSQL servers: each commit of the primary waits for its standby. */
export class PostgresPair implements AsyncDisposable {
  private constructor(
    private readonly folder: string,
    private readonly superuserPassword: string,
    private readonly address: ServiceAddress,
    private primary: EmbeddedPostgres,
    private readonly standby: EmbeddedPostgres,
    /** Through the address that moves. */
    readonly cluster: TestCluster,
  ) {}

  static async start(): Promise<PostgresPair> {
    const folder = await mkdtemp(join(tmpdir(), `pinward-postgres-${process.pid}-`));
    const superuserPassword = password();
    const server = (name: string, port = 0) =>
      startPostgres({
        dataDir: join(folder, name),
        port,
        superuserPassword,
        durable: true,
        endsWithParent: true,
      });
    // A base backup is a copy of a server that was stopped.
    const first = await server('a');
    await first.stop();
    await cp(join(folder, 'a'), join(folder, 'b'), { recursive: true, preserveTimestamps: true });
    await writeFile(join(folder, 'b/standby.signal'), '', { mode: 0o644 });
    const follows = `host=${HOST} port=${first.port} user=postgres password=${superuserPassword} application_name=b`;
    await appendFile(join(folder, 'b/postgresql.auto.conf'), `primary_conninfo = '${follows}'\n`);
    await appendFile(join(folder, 'a/postgresql.auto.conf'), "synchronous_standby_names = 'b'\n");
    const primary = await server('a', first.port);
    const standby = await server('b');
    const address = await ServiceAddress.open(primary.port);
    const url = new URL(primary.superuserUrl);
    url.port = String(address.port);
    const cluster = { superuserUrl: url.href, ownerPassword: password(), servicePassword: password() };
    const pair = new PostgresPair(folder, superuserPassword, address, primary, standby, cluster);
    await pair.untilSynchronous();
    return pair;
  }

  /** SIGKILL: nothing is flushed, and no client is informed. */
  killPrimary(): void {
    process.kill(this.primary.pid, 'SIGKILL');
  }

  /** Like a fail-over manager: the standby becomes the primary, then the address leads to it. */
  async promoteStandby(): Promise<void> {
    await asked(this.standby.superuserUrl, async (server) => {
      const [row] = await server.query<{ done: boolean }[]>('SELECT pg_promote(true, 60) AS done');
      if (row?.done !== true) throw new Error('the standby was not promoted');
    });
    this.address.moveTo(this.standby.port);
  }

  /** The old primary comes back as a primary, and the address leads to it: fencing should prevent this. */
  async bringBackOldPrimary(): Promise<void> {
    const { superuserPassword, folder, primary } = this;
    this.primary = await startPostgres({
      dataDir: join(folder, 'a'),
      port: primary.port,
      superuserPassword,
      durable: true,
      endsWithParent: true,
    });
    this.address.moveTo(this.primary.port);
  }

  leadToNewPrimary(): void {
    this.address.moveTo(this.standby.port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.address.close();
    await Promise.all([this.primary, this.standby].map((server) => server.stop({ immediate: true })));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async untilSynchronous(): Promise<void> {
    await asked(this.primary.superuserUrl, async (server) => {
      for (const end = Date.now() + PATIENCE_MS; ; await pause(20)) {
        const rows = await server.query<unknown[]>(
          "SELECT FROM pg_stat_replication WHERE application_name = 'b' AND sync_state = 'sync'",
        );
        if (rows.length > 0) return;
        if (Date.now() > end) throw new Error('the standby does not follow');
      }
    });
  }
}

async function asked(url: string, work: (server: DataSource) => Promise<void>): Promise<void> {
  const server = await createDataSource(url, { poolSize: 1, statementTimeoutMs: 0 }).initialize();
  try {
    await work(server);
  } finally {
    await server.destroy();
  }
}
