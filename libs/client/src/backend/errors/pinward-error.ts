import type { CardImport } from '../contract/imported-cards.js';
import type { PinwardErrorCode } from './codes.js';

/** A problem document (RFC 9457) of the service. Members that have no value here are absent. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What the caller does next; the same for every occurrence. */
  readonly detail: string;
  /** As the service sent it, also when this version of the client does not know it. */
  readonly code: string;
  /** REQUEST_INVALID: what is wrong where, by JSON pointer. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Codes of 429: which limit was reached. */
  readonly limit?: string;
  /** OTP_REJECTED: how often this code may still be typed. */
  readonly attemptsRemaining?: number;
  /** PIN_ENVELOPE_UNREADABLE, when it cost a try. */
  readonly triesRemaining?: number;
  readonly pinStatus?: string;
  readonly lastTry?: true;
  /** CARD_IMPORT_TOO_LONG, CARD_IMPORT_INTERRUPTED: what is done. */
  readonly import?: CardImport;
  readonly [member: string]: unknown;
}

export interface ErrorDetails {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly problem?: Problem | undefined;
  readonly cause?: unknown;
}

/**
 * A call that has no result: switch on `code`. It holds no PIN, no secret and no token; the message is fixed text, that of
 * the service's problem where there is one.
 */
export class PinwardError extends Error {
  override readonly name = 'PinwardError';
  /** HTTP status of the last answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Under which the service's log knows the call. The same input with it as `requestId` is the same request. */
  readonly requestId: string | undefined;
  /** What the service's Retry-After said last, seconds. */
  readonly retryAfterSeconds: number | undefined;
  readonly problem: Problem | undefined;

  constructor(
    readonly code: PinwardErrorCode,
    { status, requestId, retryAfterSeconds, problem, cause }: ErrorDetails = {},
  ) {
    const said = problem === undefined ? '' : `: ${problem.title}. ${problem.detail}`;
    super(`${code}${said}`, cause === undefined ? undefined : { cause });
    this.status = status;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.problem = problem;
  }
}
