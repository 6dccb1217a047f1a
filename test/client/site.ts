import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface File {
  readonly type: 'text/html' | 'text/javascript' | 'text/css' | 'application/json';
  readonly body: string;
  readonly policy?: string;
  /** Leads there instead. */
  readonly location?: string;
}

/** What the site's backend answers to a call of the page. */
export type Backend = (
  path: string,
  body: unknown,
) => Promise<{ readonly status: number; readonly body: unknown }>;

const API = '/api/';

/** A site of a card issuer's: its pages, and the backend that they call. */
export class Site implements AsyncDisposable {
  readonly files = new Map<string, File>();
  backend: Backend = async () => ({ status: 404, body: {} });

  private constructor(
    private readonly server: Server,
    /** A secure context without TLS: "http://localhost:PORT". */
    readonly origin: string,
  ) {}

  /** @param host another one is another site */
  static async start(host: 'localhost' | '127.0.0.1' = 'localhost'): Promise<Site> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const site = new Site(server, `http://${host}:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      void site.answer(request).then(({ status, type, body, policy, location }) => {
        response.writeHead(status, {
          'content-type': `${type}; charset=utf-8`,
          ...(location === undefined ? {} : { location }),
          ...(policy === undefined ? {} : { 'content-security-policy': policy }),
        });
        response.end(body);
      });
    });
    return site;
  }

  private async answer(request: IncomingMessage): Promise<File & { readonly status: number }> {
    const path = request.url?.split('?')[0] ?? '';
    if (!path.startsWith(API)) {
      const file = this.files.get(path);
      return file
        ? { status: file.location === undefined ? 200 : 302, ...file }
        : { status: 404, type: 'text/html', body: 'not here' };
    }
    const asked = request.method === 'POST' ? await json(request) : undefined;
    const { status, body } = await this.backend(path.slice(API.length), asked);
    return { status, type: 'application/json', body: JSON.stringify(body) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
