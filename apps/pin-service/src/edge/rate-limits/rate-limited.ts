import { limitReached, type LimitName, type PinwardError } from '#libs/errors';

export function rateLimited(leftMs: number, limit: LimitName): PinwardError {
  return limitReached(limit, Math.max(1, Math.ceil(leftMs / 1_000)));
}
