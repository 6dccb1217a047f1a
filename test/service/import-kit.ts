import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { ServiceProcess, TestIdentity } from '../rigs/service-process.js';

export interface ImportState {
  readonly importId: string;
  readonly state: string;
  readonly received: number;
  readonly registered: number;
  readonly existing: number;
  readonly failed: number;
}

export interface ImportedLine {
  readonly line: number;
  readonly outcome: string;
  readonly cardRef?: string;
  readonly cardId?: string;
  readonly code?: string;
  readonly pointer?: string;
  readonly detail?: string;
}

/** Lines as they are sent: JSON of what is no text. */
export function ndjson(lines: readonly unknown[]): string {
  return lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
}

export const refs = (count: number, prefix = `ref-${randomUUID()}`) =>
  Array.from({ length: count }, (_, index) => ({ cardRef: `${prefix}-${index}` }));

/** Where imports go. */
interface Scene {
  readonly service: ServiceProcess;
  readonly identity: TestIdentity;
}

/** What the sender of imports does. */
export class Importer {
  constructor(
    private readonly scene: Scene,
    readonly token: string,
  ) {}

  static async of(scene: Scene, claims: { readonly tenantId?: string } = {}): Promise<Importer> {
    const token = await scene.identity.tokenFor({
      scopes: ['cards:import'],
      clientId: 'importer',
      ...claims,
    });
    return new Importer(scene, token);
  }

  async send(lines: readonly unknown[], { requestId = randomUUID(), headers = {} } = {}) {
    return await this.scene.service.request('POST', '/v1/card-imports', {
      token: this.token,
      body: ndjson(lines),
      headers: { 'content-type': 'application/x-ndjson', 'x-request-id': requestId, ...headers },
    });
  }

  /** An upload whose body is written by hand, in chunks. */
  open(requestId: string, more: RequestOptions = {}): Upload {
    const outgoing = request(new URL('/v1/card-imports', this.scene.service.baseUrl), {
      method: 'POST',
      ca: this.scene.identity.certificate,
      agent: false,
      headers: {
        authorization: `Bearer ${this.token}`,
        'content-type': 'application/x-ndjson',
        'x-request-id': requestId,
      },
      ...more,
    });
    return new Upload(outgoing);
  }

  async find(requestId: string): Promise<ImportState | null> {
    const { status, body } = await this.get(`?requestId=${requestId}`);
    return status === 200 ? (body as ImportState) : null;
  }

  async get(path: string) {
    return await this.scene.service.request('GET', `/v1/card-imports${path}`, { token: this.token });
  }

  async linesOf(importId: string, query = ''): Promise<readonly ImportedLine[]> {
    const all: ImportedLine[] = [];
    let cursor = '';
    do {
      const { body } = await this.get(`/${importId}/lines?limit=1000${query}${cursor}`);
      const { items, nextCursor } = body as {
        items: readonly ImportedLine[];
        nextCursor: string | null;
      };
      all.push(...items);
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    return all;
  }
}

/** A request with its body under way. */
export class Upload {
  readonly answered: ReturnType<typeof answerOf>;

  constructor(private readonly outgoing: ClientRequest) {
    this.answered = answerOf(outgoing);
    this.answered.catch(() => undefined);
  }

  /** Returns when the peer has room for more. */
  async write(text: string): Promise<void> {
    if (!this.outgoing.write(text)) await once(this.outgoing, 'drain');
  }

  end(): void {
    this.outgoing.end();
  }

  /** As when the cable is pulled out. */
  cut(): void {
    this.outgoing.destroy();
  }
}

async function answerOf(outgoing: ClientRequest) {
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await json(response) };
}
