import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isConsistent, openNote, type Head, type VerifierKey } from '#libs/audit';
import { TestIdentity } from '../rigs/service-process.js';

/** A witness as C2SP tlog-witness has it, but for the cosignature: it keeps one head and believes what continues it. */
export class WitnessServer implements AsyncDisposable {
  head: Head = { size: 0, root: Buffer.alloc(0) };
  down = false;

  private constructor(
    private readonly server: Server,
    private readonly identity: TestIdentity,
  ) {}

  static async open(origin: string, keys: readonly VerifierKey[]): Promise<WitnessServer> {
    const identity = await TestIdentity.make();
    const server = createServer({ cert: identity.certificate, key: readFileSync(identity.keyFile) });
    const witness = new WitnessServer(server, identity);
    server.on('request', (request, response) => {
      void text(request).then((body) => {
        const { status, answer } = witness.down
          ? { status: 503, answer: '' }
          : witness.add(request.url ?? '', body, origin, keys);
        response
          .writeHead(status, { 'Content-Type': status === 409 ? 'text/x.tlog.size' : 'text/plain' })
          .end(answer);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return witness;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}/witness`;
  }

  get ca(): string {
    return this.identity.certificate;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    this.identity[Symbol.dispose]();
  }

  private add(
    path: string,
    body: string,
    origin: string,
    keys: readonly VerifierKey[],
  ): { readonly status: number; readonly answer: string } {
    const end = body.indexOf('\n\n');
    const [old = '', ...proof] = body.slice(0, end).split('\n');
    if (path !== '/witness/add-checkpoint' || !/^old \d+$/.test(old)) return { status: 400, answer: '' };
    const checkpoint = openNote(body.slice(end + 2), origin, keys);
    if (Number(old.slice(4)) !== this.head.size) return { status: 409, answer: `${this.head.size}\n` };
    const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
    const first = this.head.size === 0;
    if (!first && checkpoint.size === this.head.size && !checkpoint.root.equals(this.head.root))
      return { status: 409, answer: `${this.head.size}\n` };
    if (!first && !isConsistent(this.head, checkpoint, hashes)) return { status: 422, answer: '' };
    this.head = checkpoint;
    return { status: 200, answer: '' };
  }
}
