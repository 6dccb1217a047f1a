import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { clientErrorHandler, refuseTunnel } from '../problems/transport-errors.js';
import type { TellUnrouted } from '../problems/unrouted-calls.js';
import { limitServer, SERVER_OPTIONS, type ServerLimits } from '../transport/server-limits.js';
import { markZones } from '../zones/request-zones.js';
import { ConnectionsByAddress } from './connections-by-address.js';
import type { ListenerPlan } from './listener-plan.js';

/** For the last bytes of an answer, and for a connection made a moment ago to say what it wants. */
const LAST_WORDS_MS = 1_000;

export interface ServerParts {
  readonly plan: ListenerPlan;
  /** The router, the same one for all listeners. */
  readonly route: RequestListener;
  readonly limits: ServerLimits;
  /** Told of each call that never reaches the router. */
  readonly tellUnrouted?: TellUnrouted | undefined;
  /** Absent: plain HTTP. */
  readonly tls?: TlsOptions;
}

/** A server that tells the router by which listener a request came. All listeners are made here and behave alike. */
export class ListeningServer {
  readonly #server: Server | TlsServer;
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly plan: ListenerPlan,
    { route, limits, tellUnrouted = () => undefined, tls }: ServerParts,
  ) {
    const handle: RequestListener = (request, response) => {
      markZones(request, plan.zones);
      route(request, response);
    };
    const byAddress = new ConnectionsByAddress(limits.MAX_CONNECTIONS_PER_ADDRESS, limits.TRUSTED_PROXIES);
    this.#server =
      tls === undefined ? createServer(SERVER_OPTIONS) : createTlsServer({ ...SERVER_OPTIONS, ...tls });
    this.#server
      .on('request', handle)
      // An expectation nobody knows may be passed over (RFC 9110, section 10.1.1); Node would answer a bare 417.
      .on('checkExpectation', handle)
      .on('connect', refuseTunnel(tellUnrouted))
      .on('clientError', clientErrorHandler(tellUnrouted))
      .on('connection', (socket: Socket) => {
        if (!byAddress.admit(socket)) return void socket.destroy();
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      });
    limitServer(this.#server, limits);
  }

  static async open(parts: ServerParts): Promise<ListeningServer> {
    const listening = new ListeningServer(parts.plan, parts);
    const { host, port } = parts.plan;
    listening.#server.listen(port, host);
    await once(listening.#server, 'listening');
    return listening;
  }

  /** "https://127.0.0.1:8443" */
  get url(): string {
    const { tls, host } = this.plan;
    const { port } = this.#server.address() as AddressInfo;
    return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** For new connections. Those that exist keep what they have agreed on. */
  useCertificates(tls: TlsOptions): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(tls);
  }

  /** No new connections from now on; ends when those that exist have ended, each with its answer. */
  async drain(allAnswered: () => Promise<void>): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await allAnswered();
    const patience = new AbortController();
    await Promise.race([closed, delay(LAST_WORDS_MS, undefined, { signal: patience.signal })]);
    patience.abort();
    await allAnswered();
    // Whoever has asked nothing by now, or has not even finished its handshake.
    this.cut();
    await closed;
  }

  cut(): void {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }
}
