import { randomUUID } from 'node:crypto';
import { AccessTokens, RateLimit, TokenError } from '#libs/client';
import { Explained } from '../bootstrap/terminal.mjs';
import type { DevelopmentClient, DevelopmentService } from './development-file.js';
import { httpsFetch } from './https-fetch.js';

export interface Reply {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly status: number;
  /** The parsed JSON body. */
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 60_000;
const CALLS_PER_SECOND = 20;

/** Calls the service over HTTPS as one client, trusting the certificate of var/dev.json and no other. */
export class Api {
  readonly #fetch: typeof fetch;
  readonly #tokens: AccessTokens;
  readonly #limit = new RateLimit({ perSecond: CALLS_PER_SECOND });

  constructor(
    private readonly service: Pick<DevelopmentService, 'baseUrl' | 'ca'>,
    client: Pick<DevelopmentClient, 'clientId' | 'clientSecret'>,
  ) {
    const { clientId, clientSecret } = client;
    this.#fetch = httpsFetch(service.ca);
    this.#tokens = new AccessTokens({
      baseUrl: service.baseUrl,
      clientId,
      clientSecret: () => clientSecret,
      fetch: this.#fetch,
    });
  }

  async get(path: string): Promise<Reply> {
    return await this.call('GET', path);
  }

  /** Every POST carries a fresh X-Request-ID, so that none is taken for a repetition of another. */
  async post(path: string, body: unknown): Promise<Reply> {
    return await this.call('POST', path, JSON.stringify(body));
  }

  private async call(method: Reply['method'], path: string, body?: string): Promise<Reply> {
    try {
      await this.#limit.turn();
      const response = await this.#fetch(new URL(path, this.service.baseUrl), {
        method,
        headers: {
          authorization: `Bearer ${await this.#tokens.get()}`,
          'x-request-id': randomUUID(),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      this.#limit.heed(response.status, response.headers.get('retry-after'));
      return { method, path, status: response.status, body: parseBody(await response.text()) };
    } catch (cause) {
      throw new Explained(explanation(this.service.baseUrl, cause), { cause });
    }
  }
}

function parseBody(body: string): Reply['body'] {
  return body === '' ? {} : (JSON.parse(body) as Reply['body']);
}

function explanation(baseUrl: string, failure: unknown): string {
  if (failure instanceof TokenError && failure.code !== 'unreachable') {
    return `The service issued no access token: ${failure.code}. Restart npm start if its data was removed.`;
  }
  const cause = failure instanceof TokenError ? failure.cause : failure;
  const { code } = cause as { readonly code?: unknown };
  if (code === 'ECONNREFUSED') return `Nothing listens on ${baseUrl}.\nStart the service with: npm start`;
  return `The call to ${baseUrl} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
}
