import { body, operation } from '../calls/operation.js';

/** `more` is true when there may be others: a call closes 200 at most. */
export interface ClosedCards {
  readonly closed: number;
  readonly more: boolean;
}

/** Where the service has a sandbox (docs/sandbox.md), which production never has. */
export const SANDBOX_OPERATIONS = {
  /**
   * Closes the tenant's cards of the sandbox, or those whose reference begins with `cardRefPrefix`.
   *
   * @throws PinwardError ROUTE_NOT_FOUND where there is no sandbox
   */
  resetSandbox: operation<{ readonly cardRefPrefix?: string }>()('POST /v1/sandbox/reset', {
    answers: { 200: body<ClosedCards> },
  }),
};
