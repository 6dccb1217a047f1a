import { PinwardClient, TokenError } from '#libs/client/backend';
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
  readonly #client: PinwardClient;

  constructor(
    private readonly service: Pick<DevelopmentService, 'baseUrl' | 'ca'>,
    credentials: Pick<DevelopmentClient, 'clientId' | 'clientSecret'>,
  ) {
    this.#client = new PinwardClient({
      baseUrl: service.baseUrl,
      credentials,
      fetch: httpsFetch(service.ca),
      rate: { perSecond: CALLS_PER_SECOND },
      timeoutMs: TIMEOUT_MS,
      attemptTimeoutMs: TIMEOUT_MS,
    });
  }

  async get(path: string): Promise<Reply> {
    return await this.call('GET', path);
  }

  /** Every POST is another intention: none is taken for a repetition of another. */
  async post(path: string, body: unknown): Promise<Reply> {
    return await this.call('POST', path, body);
  }

  private async call(method: Reply['method'], path: string, body?: unknown): Promise<Reply> {
    try {
      const answer = await this.#client.request({ method, path, body });
      return { method, path, status: answer.status, body: (answer.body ?? {}) as Reply['body'] };
    } catch (cause) {
      throw new Explained(explanation(this.service.baseUrl, cause), { cause });
    }
  }
}

function explanation(baseUrl: string, failure: unknown): string {
  const causes = chainOf(failure);
  const refused = causes.find((cause) => cause instanceof TokenError);
  if (refused !== undefined && refused.code !== 'unreachable')
    return `The service issued no access token: ${refused.code}. Restart npm start if its data was removed.`;
  if (causes.some((cause) => 'code' in cause && cause.code === 'ECONNREFUSED'))
    return `Nothing listens on ${baseUrl}.\nStart the service with: npm start`;
  return `The call to ${baseUrl} failed: ${causes.at(-1)?.message ?? String(failure)}`;
}

/** An error, what caused it, and so on. */
function chainOf(failure: unknown): readonly Error[] {
  return failure instanceof Error ? [failure, ...chainOf(failure.cause)] : [];
}
