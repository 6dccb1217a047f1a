import type { ErrorCode } from './codes.js';

/** Extra members of the problem document (RFC 9457, section 3.2). Never a secret, a PAN or an internal id. */
export type ProblemMembers = Readonly<Record<string, unknown>>;

/**
 * The base of every error a caller may see. It carries a stable code and no HTTP status: statuses are chosen
 * where problems are rendered.
 */
export class PinwardError extends Error {
  override readonly name = 'PinwardError';

  constructor(
    readonly code: ErrorCode,
    readonly members: ProblemMembers = {},
    options?: { readonly cause?: unknown; readonly retryAfterSeconds?: number; readonly replayed?: boolean },
  ) {
    super(code, options?.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.replayed = options?.replayed ?? false;
  }

  /** Seconds for the Retry-After header (RFC 9110, section 10.2.3), where waiting helps. */
  readonly retryAfterSeconds: number | undefined;

  /** True when this is a stored answer sent again for a repeated request id. */
  readonly replayed: boolean;
}
