import { PinwardError } from '#libs/errors';

export function rateLimited(leftMs: number): PinwardError {
  return new PinwardError('RATE_LIMITED', {}, { retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1_000)) });
}
