import { PinwardError } from '#libs/errors';
import { HsmFault } from '#libs/hsm';

const RETRY_AFTER_SECONDS = 2;

/** For `.catch` behind an HSM call: nothing has been done, and the same request may be sent again. */
export function hsmUnavailable(fault: unknown): never {
  if (!(fault instanceof HsmFault)) throw fault;
  throw new PinwardError('HSM_UNAVAILABLE', {}, { cause: fault, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
