import { errorOf, isObject, problemOf, type Answer } from './answer.js';
import type { Operation } from './operation.js';
import type { CallOptions, ClientOptions } from './options.js';
import { Transport } from './transport.js';
import { wireRequest } from './wire-request.js';

/** Operations by the names of their methods. */
export type Operations = Readonly<Record<string, Operation<never, unknown>>>;

/** What is the same for all methods: a member of the input that may be missing makes the input itself optional. */
type Call<Input, Result> = object extends Input
  ? (input?: Input, options?: CallOptions) => Promise<Result>
  : (input: Input, options?: CallOptions) => Promise<Result>;

/** One method for each operation. */
type Calls<Table extends Operations> = {
  readonly [Name in keyof Table]: Table[Name] extends Operation<infer Input, infer Result>
    ? Call<Input, Result>
    : never;
};

/** A call that this version of the client has no method for. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** "/v1/…", with the query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface RawCalls {
  /**
   * Any call of the contract, with token, request id, pauses and repetitions as all others, and its answer whatever the
   * status.
   *
   * @throws PinwardError UNREACHABLE, TIMED_OUT, NO_ACCESS_TOKEN, RATE_LIMITED
   */
  request(request: RawRequest, options?: CallOptions): Promise<Answer>;
}

export type ClassOf<Table extends Operations> = new (options: ClientOptions) => Calls<Table> & RawCalls;

/** A class with a method for each operation of the table. */
export function clientOf<Table extends Operations>(table: Table): ClassOf<Table> {
  class WithTransport implements RawCalls {
    readonly #transport: Transport;

    constructor(options: ClientOptions) {
      this.#transport = new Transport(options);
    }

    async request({ method, path, body }: RawRequest, options?: CallOptions): Promise<Answer> {
      const content =
        body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' };
      return await this.#transport.exchange({ method, path, proof: 'token', ...content }, options);
    }

    static {
      for (const [name, operation] of Object.entries(table)) {
        const call = async function (this: WithTransport, input: object = {}, options?: CallOptions) {
          const request = wireRequest(operation, { ...input });
          return resultOf(operation, await this.#transport.exchange(request, options));
        };
        Object.defineProperty(this.prototype, name, { value: call, configurable: true, writable: true });
      }
    }
  }
  return WithTransport as unknown as ClassOf<Table>;
}

/** @throws PinwardError for an answer that is no result of the operation */
function resultOf({ answers, refusals }: Operation<never, unknown>, answer: Answer): unknown {
  const result = isObject(answer.body) ? answers[answer.status]?.(answer.body) : undefined;
  if (result !== undefined) return result;
  const problem = problemOf(answer);
  const outcome = refusals.find((code) => code === problem?.code);
  if (problem === undefined || outcome === undefined) throw errorOf(answer);
  const { type: _, title: __, status: ___, detail: ____, code: _____, ...members } = problem;
  const { retryAfterSeconds } = answer;
  return { outcome, ...members, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}
