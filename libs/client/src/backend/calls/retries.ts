/** An attempt, as far as it decides about another one. */
export interface Failure {
  /** HTTP status; undefined when there was no answer. */
  readonly status?: number | undefined;
  /** Of the problem, where there is one. */
  readonly code?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The first wait is up to this, each one after it up to twice the one before, milliseconds. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** 503 of the service or of a proxy; 502 and 504 of a proxy that found nobody to ask. */
const AWAY = [502, 503, 504];
/** The same request is still at work, or another one of the card. */
const IN_PROGRESS = ['REQUEST_IN_PROGRESS', 'PIN_EVALUATION_IN_PROGRESS'];
/** An outcome that the cardholder is told, with a wait of up to an hour. */
const TOLD = 'OTP_LIMIT_REACHED';

/**
 * Whether the same bytes under the same id may bring a result later. They do no harm: the service executes each id once
 * (docs/http-api.md, "Request ids and repetition").
 */
export function isWorthRepeating({ status, code = '' }: Failure): boolean {
  if (status === 409) return IN_PROGRESS.includes(code);
  if (status === 429) return code !== TOLD;
  return status === undefined || AWAY.includes(status);
}

/**
 * Exponential, with full jitter: callers that failed together do not come back together. What the service asks for comes
 * on top.
 *
 * @param count of the attempts so far, from 1
 * @returns milliseconds
 */
export function waitMs({ retryAfterSeconds = 0 }: Failure, count: number, random: () => number): number {
  const upTo = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (count - 1));
  return retryAfterSeconds * 1_000 + random() * upTo;
}
