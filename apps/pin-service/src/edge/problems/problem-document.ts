import { SIGNING_ALGORITHMS } from '#libs/api-clients';
import type { ErrorCode, PinwardError } from '#libs/errors';
import { PROBLEM_PAGES } from './problem-page.js';
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
  const type = `${PROBLEM_PAGES}/${code}`;
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      // Also where the route lets its good answers be cached.
      'Cache-Control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
      // RFC 9110, section 11.6.1: a 401 names the scheme.
      ...(status === 401 ? { 'WWW-Authenticate': challenge(code) } : {}),
    },
    body: JSON.stringify({ type, title, status, detail, code, ...members }),
  };
}

/** RFC 9449, sections 7.1 and 9. */
const DPOP_ERRORS: Readonly<Partial<Record<ErrorCode, string>>> = {
  DPOP_PROOF_INVALID: 'invalid_dpop_proof',
  DPOP_NONCE_REQUIRED: 'use_dpop_nonce',
  TOKEN_NOT_BOUND: 'invalid_token',
};

/** A client that proves its secret uses HTTP Basic (RFC 6749, section 2.3.1), every other caller a token. */
function challenge(code: ErrorCode): string {
  if (code === 'CLIENT_AUTHENTICATION_FAILED') return 'Basic realm="pinward", charset="UTF-8"';
  const error = DPOP_ERRORS[code];
  return error === undefined ? 'Bearer' : `DPoP error="${error}", algs="${SIGNING_ALGORITHMS.join(' ')}"`;
}
