import type { ErrorCode, PinwardError } from '#libs/errors';
import { PROBLEMS } from './problem-table.js';

export interface ProblemDocument {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The error as application/problem+json (RFC 9457, section 3). */
export function problemDocument({
  code,
  members,
  retryAfterSeconds,
  replayed,
}: PinwardError): ProblemDocument {
  const { status, title, detail } = PROBLEMS[code];
  const type = `urn:pinward:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      // Also where the route lets its good answers be kept.
      'Cache-Control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
      // RFC 9110, section 11.6.1: a 401 names the scheme.
      ...(status === 401 ? { 'WWW-Authenticate': challenge(code) } : {}),
    },
    body: JSON.stringify({ type, title, status, detail, code, ...members }),
  };
}

/** A client that proves its secret does so by HTTP Basic (RFC 6749, section 2.3.1), everybody else by a token. */
function challenge(code: ErrorCode): string {
  return code === 'CLIENT_AUTHENTICATION_FAILED' ? 'Basic realm="pinward", charset="UTF-8"' : 'Bearer';
}
