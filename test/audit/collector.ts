import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { createServer as createTls } from 'node:tls';
import { TestIdentity } from '../rigs/service-process.js';

/** Who takes the stream of the trail: by HTTPS, or by syslog over TLS as RFC 5425 has it. */
export class Collector implements AsyncDisposable {
  readonly sets: string[] = [];
  /** By HTTPS: takes what is sent and says that it did not. */
  losesAnswers = false;

  private constructor(
    private readonly server: Server,
    private readonly identity: TestIdentity,
  ) {}

  static async https(token?: string): Promise<Collector> {
    const identity = await TestIdentity.make();
    const server = createHttps({ cert: identity.certificate, key: readFileSync(identity.keyFile) });
    const collector = new Collector(server, identity);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const isKnown = token === undefined || request.headers.authorization === `Bearer ${token}`;
        if (isKnown) collector.sets.push(body);
        const status = isKnown ? (collector.losesAnswers ? 503 : 204) : 401;
        response.writeHead(status).end();
      });
    });
    return await collector.listen();
  }

  static async syslog(): Promise<Collector> {
    const identity = await TestIdentity.make();
    const server = createTls({ cert: identity.certificate, key: readFileSync(identity.keyFile) });
    const collector = new Collector(server, identity);
    server.on('secureConnection', (socket) => {
      socket.on('error', () => socket.destroy());
      void text(socket).then(
        (body) => collector.sets.push(body),
        () => socket.destroy(),
      );
    });
    return await collector.listen();
  }

  private async listen(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get ca(): string {
    return this.identity.certificate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.identity[Symbol.dispose]();
    return Promise.resolve();
  }
}

/** Frames by their octet counts (RFC 5425, section 4.3). */
export function framesOf(body: string): string[] {
  const frames: string[] = [];
  for (let rest = Buffer.from(body); rest.length > 0;) {
    const blank = rest.indexOf(' ');
    const length = Number(rest.subarray(0, blank).toString());
    frames.push(rest.subarray(blank + 1, blank + 1 + length).toString());
    rest = rest.subarray(blank + 1 + length);
  }
  return frames;
}
