import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { TestIdentity } from '../rigs/service-process.js';

export interface ReceivedEvent {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** A receiver of webhooks: a real server with a certificate of its own authority. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: ReceivedEvent[] = [];
  /** What it answers; null: it never does. */
  reply: (event: ReceivedEvent) => Reply | null = () => ({ status: 204 });

  private constructor(
    private readonly server: Server,
    private readonly identity: TestIdentity,
    private readonly ownIdentity: boolean,
  ) {}

  static async open(options: ServerOptions = {}): Promise<WebhookReceiver> {
    return await WebhookReceiver.listen(await TestIdentity.make(), options, true);
  }

  private static async listen(
    identity: TestIdentity,
    options: ServerOptions,
    ownIdentity: boolean,
  ): Promise<WebhookReceiver> {
    const key = readFileSync(identity.keyFile);
    const server = createServer({ cert: identity.certificate, key, ...options });
    const receiver = new WebhookReceiver(server, identity, ownIdentity);
    server.on('request', (request, response) => {
      void buffer(request).then((body) => {
        const event = { headers: request.headers, body: body.toString('utf8') };
        receiver.received.push(event);
        const reply = receiver.reply(event);
        if (reply !== null) response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}/events`;
  }

  /** Another one, with the same certificate. */
  async another(): Promise<WebhookReceiver> {
    return await WebhookReceiver.listen(this.identity, {}, false);
  }

  /** Its certificate, PEM. */
  get ca(): string {
    return this.identity.certificate;
  }

  get caFile(): string {
    return this.identity.certificateFile;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    if (this.ownIdentity) this.identity[Symbol.dispose]();
  }
}
