import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { PgConnection } from './pg-connection.js';
import { Trap, type TrapAction, type TrapOptions, type TrapPoint } from './pg-trap.js';

export { gate, Trap, type TrapAction, type TrapOptions, type Verdict } from './pg-trap.js';

const LOOPBACK = '127.0.0.1';

/**
 * A proxy between the service and PostgreSQL. It can stop a statement at the two moments that matter: before the server
 * sees it, and after the server has committed it but before the client knows. Statements are recognised by their text;
 * prepared ones by the text of their preparation.
 */
export class PgProxy implements AsyncDisposable {
  readonly #connections = new Set<PgConnection>();
  readonly #traps: Trap[] = [];
  #count = 0;
  #reachable = true;

  private constructor(
    private readonly listener: Server,
    target: URL,
  ) {
    listener.on('connection', (client) => {
      if (!this.#reachable) return void client.on('error', () => {}).resetAndDestroy();
      const server = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
      this.#count += 1;
      const connection = new PgConnection(this.#count, client.setNoDelay(), server, () => this.#traps);
      this.#connections.add(connection);
      client.once('close', () => this.#connections.delete(connection));
    });
  }

  /** @param databaseUrl any URL of the PostgreSQL server behind the proxy */
  static async start(databaseUrl: string): Promise<PgProxy> {
    const listener = createServer();
    const proxy = new PgProxy(listener, new URL(databaseUrl));
    listener.listen(0, LOOPBACK);
    await once(listener, 'listening');
    return proxy;
  }

  /** The same URL, through the proxy. */
  url(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.hostname = LOOPBACK;
    url.port = String((this.listener.address() as AddressInfo).port);
    return url.href;
  }

  /** Before the server sees the statement. */
  beforeForward(statement: RegExp, action: TrapAction, options?: TrapOptions): Trap {
    return this.set('before-forward', statement, action, options);
  }

  /** After the server has executed and committed it, before the client gets the answer. */
  afterServerReply(statement: RegExp, action: TrapAction, options?: TrapOptions): Trap {
    return this.set('after-reply', statement, action, options);
  }

  /** Connections whose client is still there. */
  get openConnections(): number {
    return this.#connections.size;
  }

  cutConnections(): void {
    for (const connection of this.#connections) connection.cut();
  }

  /** False: open connections are cut and new ones refused, until it is true again. */
  setReachable(reachable: boolean): void {
    this.#reachable = reachable;
    if (!reachable) this.cutConnections();
  }

  /** Cuts open connections. @throws AggregateError when the action of a trap has failed: the test's own fault */
  async [Symbol.asyncDispose](): Promise<void> {
    this.setReachable(false);
    this.listener.close();
    await once(this.listener, 'close');
    const failures = this.#traps.flatMap((trap) => trap.failures);
    if (failures.length > 0) throw new AggregateError(failures, 'a trap failed');
  }

  private set(point: TrapPoint, statement: RegExp, action: TrapAction, options: TrapOptions = {}): Trap {
    const trap = new Trap(point, statement, action, options.times ?? Infinity);
    this.#traps.push(trap);
    return trap;
  }
}
