import type { SentFault } from '#libs/sent-json';
import { PinwardError } from '#libs/errors';

/** What is wrong with a request, as `errors` of the problem lists it. */
interface Fault extends SentFault {
  /** What it points into; the body where it is not said. */
  readonly in?: 'query' | 'header';
}

/** At most this many faults are told. */
const MAX_FAULTS = 20;

export function requestInvalid(faults: readonly Fault[]): PinwardError {
  return new PinwardError('REQUEST_INVALID', { errors: faults.slice(0, MAX_FAULTS) });
}
