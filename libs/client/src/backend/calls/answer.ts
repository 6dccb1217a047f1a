import { PROBLEM_CODES } from '../errors/codes.js';
import { PinwardError, type Problem } from '../errors/pinward-error.js';

/** The part of `fetch` that is used, so that those of undici and of other platforms fit as well. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  /** A stream for uploads of many lines. */
  readonly body?: string | ReadableStream<Uint8Array>;
  /** For a stream: it is sent before the answer comes. */
  readonly duplex?: 'half';
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** Any answer of the service, good or bad. */
export interface Answer {
  readonly status: number;
  /** Parsed; undefined when it is no JSON. */
  readonly body: unknown;
  /** Under which the service's log knows the call. */
  readonly requestId: string;
  /** Seconds; a date (RFC 9110, section 10.2.3) is turned into them. */
  readonly retryAfterSeconds: number | undefined;
  /** True when the service told again what it had answered to this request before. */
  readonly replayed: boolean;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** @param requestId of the request. @throws what the connection does when it is cut within the body */
export async function readAnswer(response: FetchAnswer, requestId: string): Promise<Answer> {
  const { status, headers } = response;
  return {
    status,
    body: parsed(await response.text()),
    requestId: headers.get('x-request-id') ?? requestId,
    retryAfterSeconds: secondsOf(headers.get('retry-after')),
    replayed: headers.get('idempotent-replayed') === 'true',
  };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The problem in an answer (RFC 9457), if it is one of the service's. */
export function problemOf({ status, body }: Pick<Answer, 'status' | 'body'>): Problem | undefined {
  if (status < 400 || !isObject(body)) return undefined;
  const { code, title, detail } = body;
  const isProblem = [code, title, detail].every((member) => typeof member === 'string');
  return isProblem ? (body as Problem) : undefined;
}

/** What an answer is that brings no result. */
export function errorOf(answer: Answer): PinwardError {
  const problem = problemOf(answer);
  if (problem === undefined) return new PinwardError('UNEXPECTED_ANSWER', answer);
  const code = PROBLEM_CODES.find((known) => known === problem.code) ?? 'UNKNOWN_PROBLEM';
  return new PinwardError(code, { ...answer, problem });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secondsOf(retryAfter: string | null): number | undefined {
  if (retryAfter === null) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const seconds = Math.ceil((Date.parse(retryAfter) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
