import type { ErrorCode } from './codes.js';
import { PinwardError } from './pinward-error.js';

/**
 * Every limit that is answered with 429, and its code, which says what has to wait: everything (RATE_LIMITED), requests
 * about one card (CARD_RATE_LIMITED), one-time passwords of one card (OTP_LIMIT_REACHED), one kind of operation of the
 * client or tenant (OPERATION_RATE_LIMITED). docs/rate-limits.md explains each.
 */
const LIMITS = {
  'address-requests': 'RATE_LIMITED',
  'address-refusals': 'RATE_LIMITED',
  'client-requests': 'RATE_LIMITED',
  'old-secrets': 'RATE_LIMITED',
  'person-approvals': 'RATE_LIMITED',
  'card-requests': 'CARD_RATE_LIMITED',
  'card-unreadable-envelopes': 'CARD_RATE_LIMITED',
  'card-weak-pins': 'CARD_RATE_LIMITED',
  'card-otp': 'OTP_LIMIT_REACHED',
  'client-refusals': 'OPERATION_RATE_LIMITED',
  'client-otp': 'OPERATION_RATE_LIMITED',
  'client-wrong-otp': 'OPERATION_RATE_LIMITED',
  'client-weak-pins': 'OPERATION_RATE_LIMITED',
  'client-webhook-tests': 'OPERATION_RATE_LIMITED',
  'client-unreadable-envelopes': 'OPERATION_RATE_LIMITED',
  'tenant-incidents': 'OPERATION_RATE_LIMITED',
  'tenant-card-imports': 'OPERATION_RATE_LIMITED',
  'card-imports': 'OPERATION_RATE_LIMITED',
  'tenant-audit-exports': 'OPERATION_RATE_LIMITED',
  'audit-exports': 'OPERATION_RATE_LIMITED',
} as const satisfies Readonly<Record<string, ErrorCode>>;

export type LimitName = keyof typeof LIMITS;

export const LIMIT_NAMES = Object.keys(LIMITS) as readonly LimitName[];

/** The refusal of a limit, which names it in the member `limit`. */
export function limitReached(limit: LimitName, retryAfterSeconds: number): PinwardError {
  return new PinwardError(LIMITS[limit], { limit }, { retryAfterSeconds });
}
