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

interface Outgoing {
  readonly method: Reply['method'];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const TIMEOUT_MS = 60_000;

/** Calls the service over HTTPS as one client, trusting the certificate of var/dev.json and no other. */
export class Api {
  #token: Promise<string> | null = null;

  constructor(
    private readonly service: Pick<DevelopmentService, 'baseUrl' | 'ca'>,
    private readonly client: Pick<DevelopmentClient, 'clientId' | 'clientSecret'>,
  ) {}

  async get(path: string): Promise<Reply> {
    return await this.call('GET', path);
  }

  /** Every POST carries a fresh X-Request-ID, so that none is taken for a repetition of another. */
  async post(path: string, body: unknown): Promise<Reply> {
    return await this.call('POST', path, JSON.stringify(body));
  }

  private async call(method: Reply['method'], path: string, body?: string): Promise<Reply> {
    // One token is enough: no script runs as long as it lives.
    this.#token ??= this.requestToken();
    const headers = {
      authorization: `Bearer ${await this.#token}`,
      'x-request-id': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return await this.send({ method, path, headers, body });
  }

  /** The client credentials grant of RFC 6749, section 4.4. */
  private async requestToken(): Promise<string> {
    const { clientId, clientSecret } = this.client;
    const { status, body } = await this.send({
      method: 'POST',
      path: '/v1/oauth/token',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    const { access_token: token } = body;
    if (status === 200 && typeof token === 'string') return token;
    throw new Explained(`${clientId} got no access token: ${status} ${JSON.stringify(body)}`);
  }

  private async send({ method, path, headers, body }: Outgoing): Promise<Reply> {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = request(new URL(path, this.service.baseUrl), {
      method,
      ca: this.service.ca,
      headers: { ...headers, ...length },
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
