import type { ErrorCode } from '#libs/errors';

/**
 * The final answer of an operation, as it is stored with the effect and sent again to a repeated request:
 * either the body of the success or the problem's code and members. No secret, no PAN.
 */
export type StoredAnswer =
  | { readonly body: Readonly<Record<string, unknown>> }
  | { readonly problem: ErrorCode; readonly members: Readonly<Record<string, unknown>> };

/** An answer on its way out; `replayed` sets the header Idempotent-Replayed. */
export interface Answered<Body> {
  readonly body: Body;
  readonly replayed: boolean;
}
