import { PinwardError } from '#libs/errors';

/** @param limit its name in the contract (docs/rate-limits.md), where it has one */
export function rateLimited(leftMs: number, limit?: string): PinwardError {
  const members = limit === undefined ? {} : { limit };
  const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1_000));
  return new PinwardError('RATE_LIMITED', members, { retryAfterSeconds });
}
