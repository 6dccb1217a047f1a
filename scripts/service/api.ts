import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { Explained } from '../terminal/explained.js';
import type { DevelopmentClient, DevelopmentService } from './development-file.js';

export interface Reply {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly status: number;
  /** The parsed JSON body. */
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 60_000;

/** Calls the service over HTTPS as one client, trusting the certificate of var/dev.json and no other. */
export class Api {
  constructor(
    private readonly service: Pick<DevelopmentService, 'baseUrl' | 'ca'>,
    private readonly client: Pick<DevelopmentClient, 'token'>,
  ) {}

  async get(path: string): Promise<Reply> {
    return await this.call('GET', path);
  }

  /** Every POST carries a fresh X-Request-ID, so that none is taken for a repetition of another. */
  async post(path: string, body: unknown): Promise<Reply> {
    return await this.call('POST', path, JSON.stringify(body));
  }

  private async call(method: Reply['method'], path: string, body?: string): Promise<Reply> {
    const outgoing = request(new URL(path, this.service.baseUrl), {
      method,
      ca: this.service.ca,
      headers: {
        authorization: `Bearer ${this.client.token}`,
        'x-request-id': randomUUID(),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    try {
      outgoing.end(body);
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      return { method, path, status: incoming.statusCode ?? 0, body: parseBody(await text(incoming)) };
    } catch (cause) {
      throw new Explained(unreachable(this.service.baseUrl, cause), { cause });
    }
  }
}

function parseBody(body: string): Reply['body'] {
  return body === '' ? {} : (JSON.parse(body) as Reply['body']);
}

function unreachable(baseUrl: string, cause: unknown): string {
  const { code } = cause as { readonly code?: unknown };
  if (code === 'ECONNREFUSED') return `Nothing listens on ${baseUrl}.\nStart the service with: npm start`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return `The call to ${baseUrl} failed: ${reason}`;
}
