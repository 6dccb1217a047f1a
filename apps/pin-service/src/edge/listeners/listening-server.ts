import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TlsOptions } from 'node:tls';
import { AddressRanges, canonicalAddress } from '#libs/api-clients';
import { clientErrorHandler, refuseTunnel, type Unrouted } from '../problems/transport-errors.js';
import { headsOfAnswers } from '../transport/http-heads.js';
import { markZones } from '../routes/known-routes.js';
import { limitServer, SERVER_OPTIONS, type ServerLimits } from '../transport/server-limits.js';
import { addressKey } from '../requests/request-origin.js';
import type { ListenerPlan } from './listener-plan.js';
import type { Settings } from '../../config/schema.js';
import { tlsOptions } from '../transport/tls-options.js';

/** Time for the last bytes of an answer, and for a new connection to send its request. */
const LAST_WORDS_MS = 1_000;

export interface ServerParts {
  readonly plan: ListenerPlan;
  /** The router, the same for all listeners. */
  readonly route: RequestListener;
  readonly limits: ServerLimits;
  /** For each request that never reaches the router. */
  readonly unrouted: Unrouted;
  /** Absent for plain HTTP. */
  readonly tls?: TlsOptions;
}

/** A server that marks each request with its listener. All listeners are made here and behave alike. */
export class ListeningServer {
  readonly #server: Server | TlsServer;
  readonly #sockets = new Set<Socket>();

  private constructor(
    readonly plan: ListenerPlan,
    { route, limits, unrouted, tls }: ServerParts,
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
      // A server may ignore an unknown expectation (RFC 9110, section 10.1.1); Node would answer a bare 417.
      .on('checkExpectation', handle)
      .on('connect', refuseTunnel(unrouted))
      .on('clientError', clientErrorHandler(unrouted))
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

  /** For new connections; open ones keep what they have agreed on. */
  useCertificates(tls: TlsOptions): void {
    if ('setSecureContext' in this.#server) this.#server.setSecureContext(tls);
  }

  /** Takes no new connections; resolves when the open ones have ended, each with its answer. */
  async drain(allAnswered: () => Promise<void>): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await allAnswered();
    const patience = new AbortController();
    await Promise.race([closed, delay(LAST_WORDS_MS, undefined, { signal: patience.signal })]);
    patience.abort();
    await allAnswered();
    // Peers that have asked nothing by now, or have not even finished the handshake.
    this.cut();
    await closed;
  }

  cut(): void {
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }
}

/**
 * Connections of one listener, counted by source address (for IPv6 by its /64), so that no single address can take all
 * of the listener's connections. A trusted proxy stands for many clients, and is not counted.
 */
export class ConnectionsByAddress {
  readonly #open = new Map<string, number>();
  readonly #trusted: AddressRanges;

  constructor(
    private readonly limit: number,
    trustedProxies: readonly string[],
  ) {
    this.#trusted = new AddressRanges(trustedProxies);
  }

  /** Whether there is room; an admitted connection counts until it is closed. */
  admit(socket: Socket): boolean {
    // A peer that has hung up has no address any more.
    const address = canonicalAddress(socket.remoteAddress ?? '');
    if (address === null) return false;
    if (this.#trusted.includes(address)) return true;
    const key = addressKey(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.limit) return false;
    this.#open.set(key, open + 1);
    socket.once('close', () => this.leave(key));
    return true;
  }

  private leave(key: string): void {
    const open = (this.#open.get(key) ?? 1) - 1;
    if (open === 0) this.#open.delete(key);
    else this.#open.set(key, open);
  }
}

/** Listens as planned, with the certificates and limits of the settings. */
export async function openListener(
  plan: ListenerPlan,
  route: RequestListener,
  settings: Settings,
  unrouted: Unrouted = { heads: headsOfAnswers(settings), tell: () => undefined },
): Promise<ListeningServer> {
  const tls = plan.tls ? { tls: tlsOptions(settings) } : {};
  return await ListeningServer.open({ plan, route, limits: settings, unrouted, ...tls });
}
