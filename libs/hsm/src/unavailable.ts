import { PinwardError } from '#libs/errors';
import { HsmFault, SealBroken } from './contract/faults.js';

/** Seconds until a caller may well try again when the HSM is away. */
const RETRY_AFTER_SECONDS = 2;

/** 503: nothing was evaluated, the same request may be sent again. */
export function hsmUnavailable(cause?: unknown): PinwardError {
  return new PinwardError('HSM_UNAVAILABLE', {}, { cause, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/**
 * For `.catch` behind an HSM call that no try hangs on. A broken seal is no outage: waiting does not help, and what was
 * found belongs into the log.
 */
export function unavailableIfHsmFault(fault: unknown): never {
  if (fault instanceof SealBroken) throw new PinwardError('INTERNAL', {}, { cause: fault });
  throw fault instanceof HsmFault ? hsmUnavailable(fault) : fault;
}
