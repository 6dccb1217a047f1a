/** What the service refused, or that it could not be reached; the one error of all calls. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    /** Of docs/errors.md, or one of the console's own: UNREACHABLE, ANSWER_UNREADABLE. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    /** 0 where there was no answer. */
    readonly status: number,
    readonly requestId: string | null,
    /** The answer as it is, for members that belong to one code. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(title);
  }

  /** Nobody knows whether the call had its effect: it is repeated under the same request id. */
  get isUndecided(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === 'REQUEST_IN_PROGRESS';
  }

  get isSessionOver(): boolean {
    return this.status === 401 && this.code !== 'LOGIN_TOO_OLD';
  }
}

/** Made of an answer that is no 2xx (RFC 9457), whatever it turns out to be. `Retry-After` counts as a member. */
export function problemIn(response: Response, body: unknown): Problem {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const wait = Number.isNaN(seconds) ? {} : { retryAfterSeconds: seconds };
  const told = isRecord(body) ? { ...body, ...wait } : body;
  return problemOf(told, response.status, response.headers.get('x-request-id'));
}

export function problemOf(body: unknown, status: number, requestId: string | null): Problem {
  if (!isRecord(body) || typeof body['code'] !== 'string') {
    return new Problem(
      'ANSWER_UNREADABLE',
      'The answer was not understood',
      `The server answered with status ${status}, and something that is no problem document. A proxy may have answered instead.`,
      status,
      requestId,
    );
  }
  return new Problem(
    body['code'],
    textOf(body['title']) ?? body['code'],
    textOf(body['detail']) ?? '',
    status,
    textOf(body['request_id']) ?? requestId,
    body,
  );
}

/** The network failed: there was no answer. */
export function unreachable(requestId: string | null): Problem {
  return new Problem(
    'UNREACHABLE',
    'No connection',
    'The service did not answer. Check the connection and try again.',
    0,
    requestId,
  );
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(
    'CONSOLE_FAULT',
    'The console failed',
    'Load the page anew. If that does not help, tell those who run the service.',
    0,
    null,
  );
}

/** Members that every problem has, or that are told in another way. */
const COMMON: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'code',
  'errors',
  'request_id',
  'instance',
]);

/** Members that belong to the code at hand: the limit that was met, the scopes that are missing. */
export function particularsOf({ members }: Problem): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !COMMON.has(name)));
}

/** What `errors` of REQUEST_INVALID says, in words: `/reason is too short`. */
export function faultsOf({ members }: Problem): string[] {
  const errors = members['errors'];
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).map((error) => {
    const pointer = textOf(error['pointer']) ?? '';
    return `${pointer} ${textOf(error['detail']) ?? ''}`.trim();
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
