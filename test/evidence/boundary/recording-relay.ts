import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { TestIdentity } from '../../rigs/service-process.js';

/** Stands between a client and the service with the service's own certificate, and keeps what both of them said. */
export class RecordingRelay implements AsyncDisposable {
  readonly #sockets = new Set<TLSSocket>();
  readonly #requests: Buffer[] = [];
  readonly #answers: Buffer[] = [];

  private constructor(private readonly server: Server) {}

  /** @param target "https://127.0.0.1:PORT" */
  static async start(identity: TestIdentity, target: string): Promise<RecordingRelay> {
    const { hostname: host, port } = new URL(target);
    const cert = identity.certificate;
    const relay: RecordingRelay = new RecordingRelay(
      createServer({ cert, key: readFileSync(identity.keyFile) }, (client) => {
        relay.join(client, connect({ host, port: Number(port), ca: cert }));
      }),
    );
    await once(relay.server.listen(0, '127.0.0.1'), 'listening');
    return relay;
  }

  /** What the client calls instead of the service. */
  get baseUrl(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Lines, headers and bodies as they were sent. */
  get requests(): Buffer {
    return Buffer.concat(this.#requests);
  }

  get answers(): Buffer {
    return Buffer.concat(this.#answers);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: TLSSocket, service: TLSSocket): void {
    client.on('data', (bytes: Buffer) => this.#requests.push(bytes)).pipe(service);
    service.on('data', (bytes: Buffer) => this.#answers.push(bytes)).pipe(client);
    for (const [socket, other] of [
      [client, service],
      [service, client],
    ] as const) {
      this.#sockets.add(socket);
      // A reset is an end like any other: the client reports it.
      socket.on('error', () => {}).on('close', () => other.destroy());
    }
  }
}
