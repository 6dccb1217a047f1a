import type { Socket } from 'node:net';
import {
  asksForEncryption,
  PgMessageReader,
  readBind,
  readParse,
  readQuery,
  type PgMessage,
} from './pg-messages.js';
import type { Exchange, Trap, TrapPoint, Verdict } from './pg-trap.js';

/** The answer to SSLRequest and GSSENCRequest: not supported, go on in the clear. */
const NO_ENCRYPTION = 'N';

/**
 * One client's connection through the proxy. Each direction is a queue that is processed in order, so a held exchange
 * delays the ones after it. The end of a connection comes last: a request that was on its way when its client was
 * killed still reaches the server, as on a network.
 */
export class PgConnection {
  readonly #fromClient = new PgMessageReader({ untyped: true });
  readonly #fromServer = new PgMessageReader({ untyped: false });
  readonly #statements = new Map<string, string>();
  readonly #inFlight: Exchange[] = [];
  #request: { bytes: Buffer[]; statements: string[] } = { bytes: [], statements: [] };
  readonly #heldReply: Buffer[] = [];
  #toServer: Promise<void> = Promise.resolve();
  #toClient: Promise<void> = Promise.resolve();

  constructor(
    private readonly number: number,
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly traps: () => readonly Trap[],
  ) {
    client.on('data', (data: Buffer) => this.takeRequest(data));
    server.on('data', (data: Buffer) => this.takeReply(data));
    // A reset is treated like any other end; queued data go first.
    client.on('error', () => {}).on('close', () => this.queueToServer(async () => void server.end()));
    server.on('error', () => {}).on('close', () => this.queueToClient(async () => void client.end()));
  }

  cut(): void {
    this.client.destroy();
    this.server.destroy();
  }

  private takeRequest(data: Buffer): void {
    for (const message of this.#fromClient.read(data)) {
      if (asksForEncryption(message)) {
        this.#fromClient.expectUntyped();
        this.client.write(NO_ENCRYPTION);
      } else this.takeMessage(message);
    }
  }

  /**
   * Collects the messages of the extended protocol up to their Sync; passes the others on (start-up, password, COPY).
   */
  private takeMessage(message: PgMessage): void {
    const { type, bytes } = message;
    if (!['P', 'B', 'D', 'E', 'C', 'S', 'Q', 'H'].includes(type)) {
      this.queueToServer(async () => void this.server.write(bytes));
      return;
    }
    const request = this.#request;
    request.bytes.push(bytes);
    if (type === 'P') {
      const { name, text } = readParse(message);
      this.#statements.set(name, text);
    }
    if (type === 'B') request.statements.push(this.#statements.get(readBind(message)) ?? '');
    if (type === 'Q') request.statements.push(readQuery(message));
    if (type !== 'S' && type !== 'Q' && type !== 'H') return;
    this.#request = { bytes: [], statements: type === 'H' ? request.statements : [] };
    const exchange: Exchange = { connection: this.number, statements: request.statements };
    const whole = Buffer.concat(request.bytes);
    this.queueToServer(() => (type === 'H' ? this.send(whole) : this.forward(exchange, whole)));
  }

  private async forward(exchange: Exchange, request: Buffer): Promise<void> {
    const verdict = await this.judge('before-forward', exchange);
    if (verdict === 'cut') return this.cut();
    if (verdict === 'cut-client') this.client.destroy();
    this.#inFlight.push(exchange);
    await this.send(request);
  }

  private async send(request: Buffer): Promise<void> {
    this.server.write(request);
  }

  private takeReply(data: Buffer): void {
    for (const message of this.#fromServer.read(data)) this.queueToClient(() => this.deliver(message));
  }

  /** ReadyForQuery ends an exchange: only then has an implicit transaction been committed. */
  private async deliver({ type, bytes }: PgMessage): Promise<void> {
    const [exchange] = this.#inFlight;
    const held = exchange !== undefined && this.trapsFor('after-reply', exchange).length > 0;
    if (held || this.#heldReply.length > 0) this.#heldReply.push(bytes);
    else this.client.write(bytes);
    if (type !== 'Z' || exchange === undefined) return;
    this.#inFlight.shift();
    const reply = Buffer.concat(this.#heldReply.splice(0));
    const verdict = await this.judge('after-reply', exchange);
    if (verdict === 'forward') this.client.write(reply);
    else if (verdict === 'cut') this.cut();
    else this.client.destroy();
  }

  private async judge(point: TrapPoint, exchange: Exchange): Promise<Verdict> {
    for (const trap of this.trapsFor(point, exchange)) {
      const verdict = await trap.spring(exchange);
      if (verdict !== 'forward') return verdict;
    }
    return 'forward';
  }

  private trapsFor(point: TrapPoint, exchange: Exchange): readonly Trap[] {
    return this.traps().filter((trap) => trap.awaits(point, exchange));
  }

  private queueToServer(work: () => Promise<void>): void {
    this.#toServer = this.#toServer.then(work).catch(() => this.cut());
  }

  private queueToClient(work: () => Promise<void>): void {
    this.#toClient = this.#toClient.then(work).catch(() => this.cut());
  }
}
