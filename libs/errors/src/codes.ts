/**
 * Every stable error code of the HTTP contract. docs/errors.md explains each; a test keeps the two equal.
 * The status that belongs to a code is chosen in one place, the service's problem-details filter.
 */
export const ERROR_CODES = [
  'REQUEST_INVALID',
  'TOKEN_MISSING',
  'TOKEN_INVALID',
  'TOKEN_EXPIRED',
  'SCOPE_MISSING',
  'ROUTE_NOT_FOUND',
  'CARD_NOT_FOUND',
  'PIN_ALREADY_SET',
  'PIN_NOT_SET',
  'PIN_NOT_LOCKED',
  'PIN_RESET_REQUIRED',
  'PIN_EVALUATION_IN_PROGRESS',
  'PIN_ENVELOPE_REPLAYED',
  'PIN_KEY_RETIRED',
  'CARD_REF_IN_USE',
  'CARD_CLOSED',
  'REQUEST_IN_PROGRESS',
  'REQUEST_NOT_REPLAYABLE',
  'EVALUATION_ABANDONED',
  'METHOD_NOT_ALLOWED',
  'BODY_TOO_LARGE',
  'REQUEST_TOO_LONG',
  'MEDIA_TYPE_UNSUPPORTED',
  'PIN_ENVELOPE_UNREADABLE',
  'PIN_TOO_WEAK',
  'PIN_REUSED',
  'REQUEST_ID_REUSED',
  'PIN_LOCKED',
  'RATE_LIMITED',
  'INTERNAL',
  'HSM_UNAVAILABLE',
  'DATABASE_UNAVAILABLE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
