import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What becomes of a request that has arrived. */
export type Fate = (response: ServerResponse, received: Received) => void;

/** A good answer, a problem, and what else there is. */
export const answers = {
  json:
    (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Fate =>
    (response) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body)),
  problem: (status: number, code: string, retryAfter?: number, members: object = {}): Fate => {
    const body = { type: `/problems/${code}`, title: 'Title', status, detail: 'Detail.', code };
    const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return answers.json(status, { ...body, ...members }, headers);
  },
  /** The connection is gone, after the request has arrived. */
  cut: ((response) => void response.destroy()) satisfies Fate,
  /** Half of the answer, then the connection is gone. */
  half: ((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"verified":');
    setImmediate(() => response.destroy());
  }) satisfies Fate,
  nothing: (() => undefined) satisfies Fate,
};

/** Answers each request with the next fate, and tokens always; remembers what it was asked. */
export class FaultServer implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly tokenRequests: Received[] = [];
  #fates: Fate[] = [];
  #tokenFates: Fate[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const received = { method, url, headers, body: await text(request) };
    const isToken = url === '/v1/oauth/token';
    (isToken ? this.tokenRequests : this.received).push(received);
    const fate = isToken ? (this.#tokenFates.shift() ?? this.#issued) : this.#fates.shift();
    (fate ?? answers.json(500, {}))(response, received);
    this.#server.emit('arrived');
  }

  static async open(): Promise<FaultServer> {
    const server = new FaultServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets what was, and answers with these from now on. */
  will(...fates: Fate[]): void {
    this.received.length = 0;
    this.tokenRequests.length = 0;
    this.#tokenFates = [];
    this.#fates = fates;
  }

  willToToken(...fates: Fate[]): void {
    this.#tokenFates = fates;
  }

  /** Resolves when so many requests have arrived, those for tokens not counted. */
  async arrived(count: number): Promise<void> {
    while (this.received.length < count) await once(this.#server, 'arrived');
  }

  readonly #issued: Fate = (response, received) =>
    answers.json(200, { access_token: `token-${this.tokenRequests.length}`, expires_in: 900 })(
      response,
      received,
    );

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
