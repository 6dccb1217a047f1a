import { PinwardError } from '#libs/errors';
import { HsmFault, SealBroken } from './contract/faults.js';

/** Seconds after which a caller may try again when the HSM is away. */
const RETRY_AFTER_SECONDS = 2;

/** 503: nothing was evaluated; the same request may be sent again. */
export function hsmUnavailable(cause?: unknown): PinwardError {
  return new PinwardError('HSM_UNAVAILABLE', {}, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/**
 * For `.catch` after an HSM call without a try. A broken seal is no outage: waiting does not help, and the finding
 * belongs in the log.
 */
export function unavailableIfHsmFault(fault: unknown): never {
  if (fault instanceof SealBroken) throw new PinwardError('INTERNAL', {}, { cause: fault });
  throw fault instanceof HsmFault ? hsmUnavailable(fault) : fault;
}
