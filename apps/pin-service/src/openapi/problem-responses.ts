import { STATUS_CODES } from 'node:http';
import { ERROR_CODES, LIMIT_NAMES, PinwardError, type ErrorCode } from '#libs/errors';
import { problemDocument } from '../edge/problems/problem-document.js';
import { PROBLEMS } from '../edge/problems/problem-table.js';
import { component } from './component-schemas.js';
import type { Response, Schema } from './contract-types.js';
import { grouped } from './grouped.js';
import { headersOf, type HeaderName } from './headers.js';
import { codesOf, isInternal, takesProofs, type DescribedRoute } from './problem-codes.js';
import { variantsOf } from './problem-schemas.js';

/** What has another status where the request never arrived as a whole, or its head is too long (docs/errors.md). */
const OTHER_STATUSES: Readonly<Partial<Record<ErrorCode, number>>> = {
  REQUEST_INVALID: 408,
  REQUEST_TOO_LONG: 431,
};

/** Answers that are stored, and given again to a repeated request. */
const REPEATED: ReadonlySet<number> = new Set([404, 409, 422, 423]);

/** The problems of a route, by status. */
export function problemResponses(route: DescribedRoute): Readonly<Record<string, Response>> {
  const codes = [...new Set(codesOf(route))].toSorted();
  const byStatus = grouped(codes, (code) => PROBLEMS[code].status);
  const others = codes.flatMap((code) => {
    const status = OTHER_STATUSES[code];
    return status === undefined ? [] : [[status, [code]] as const];
  });
  const all = [...byStatus, ...others].toSorted(([one], [other]) => one - other);
  return Object.fromEntries(
    all.map(([status, ofStatus]) => [String(status), problemResponse(status, ofStatus, route)]),
  );
}

function problemResponse(
  status: number,
  codes: readonly ErrorCode[],
  route: Pick<DescribedRoute, 'zones' | 'access' | 'described'>,
): Response {
  const sometimes: HeaderName[] = [
    ...(isInternal(route) ? [] : (['RateLimit-Policy', 'RateLimit'] as const)),
    'X-Request-ID-Replaced',
    ...(takesProofs(route) ? (['DPoP-Nonce'] as const) : []),
    ...(REPEATED.has(status) ? (['Idempotent-Replayed'] as const) : []),
    ...(status === 415 ? (['Accept-Encoding'] as const) : []),
    ...(status === 409 ? (['Retry-After'] as const) : []),
  ];
  const always: HeaderName[] = [
    'X-Request-ID',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(status === 429 || status === 503 ? (['Retry-After'] as const) : []),
  ];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('. '),
    headers: headersOf(always, sometimes),
    content: {
      'application/problem+json': {
        schema: schemaOf(codes),
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
    'x-problem-codes': codes,
  };
}

function schemaOf(codes: readonly ErrorCode[]): Schema {
  const alternatives = [...variantsOf(codes)].map(([variant, its]) =>
    variant !== null && variant.codes.length === its.length
      ? component(variant.id)
      : { allOf: [component(variant?.id ?? 'Problem'), { properties: { code: { enum: its } } }] },
  );
  return alternatives.length === 1 ? (alternatives[0] ?? {}) : { anyOf: alternatives };
}

/** Members of the examples, where a problem says more than its code. */
const MEMBERS: Readonly<Partial<Record<ErrorCode, Schema>>> = {
  REQUEST_INVALID: { errors: [{ pointer: '/cardRef', detail: 'is missing' }] },
  SCOPE_NOT_GRANTABLE: { scopes: ['ops:unlock'] },
  APPROVER_NOT_ACCEPTED: { reason: 'approver-not-registered' },
  SECRET_OVERLAP: { previousSecretExpiresAt: '2026-11-30T12:00:00.000Z' },
  KEYS_OVERLAP: { previousKeysExpireAt: '2026-11-30T12:00:00.000Z' },
  OTP_REJECTED: { attemptsRemaining: 2 },
  RATE_LIMITED: { limit: LIMIT_NAMES[0] },
  CARD_RATE_LIMITED: { limit: 'card-requests' },
  OTP_LIMIT_REACHED: { limit: 'card-otp' },
  OPERATION_RATE_LIMITED: { limit: 'client-otp' },
};

/** One problem for each code, as it is sent. */
export function problemExamples(): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    ERROR_CODES.map((code) => {
      const { body } = problemDocument(new PinwardError(code, MEMBERS[code]));
      return [code, { summary: PROBLEMS[code].title, value: JSON.parse(body) as unknown }];
    }),
  );
}

/** The name under which components have an answer that several operations share. */
export function sharedName(status: string, { 'x-problem-codes': codes = [] }: Response): string {
  const named =
    codes.length < 4 ? codes.map((code) => pascal(code)).join('Or') : pascal(STATUS_CODES[status] ?? '');
  const own = codes.every((code) => PROBLEMS[code as ErrorCode].status === Number(status));
  return own ? named : pascal(STATUS_CODES[status] ?? '');
}

function pascal(text: string): string {
  const words = text.toLowerCase().split(/[ _-]/);
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}
