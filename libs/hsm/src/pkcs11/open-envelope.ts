import { HsmUnavailable, VerifierGivenUp } from '../contract/faults.js';
import { isGivenUp } from '../contract/keys.js';
import { openOnceMore } from './confirm-fault.js';
import { openPin, type R0s } from './open-pin.js';
import type { Token } from './token.js';

/** What opening an envelope needs of its process; tests put their own in. */
export interface Dispatch {
  /** `process.hrtime.bigint()`. */
  now(): bigint;
  /** Writes the dispatch record of this operation, which survives the process. */
  record(): void;
}

export interface EnvelopeOpening {
  readonly kid: string;
  readonly ciphertext: Buffer;
  readonly generations: readonly number[];
  readonly startBefore: bigint;
}

/**
 * Opens a cardholder's envelope, and decides what a failure means (docs/try-counter.md, "Confirming a fault").
 *
 * @throws HsmUnavailable, VerifierGivenUp (nothing was started), EnvelopeUnreadable, DeviceFault, EvaluationLost
 */
export function openEnvelope(token: Token, opening: EnvelopeOpening, dispatch: Dispatch): R0s {
  const { kid, ciphertext, generations, startBefore } = opening;
  const transport = token.keys.transport.get(kid);
  if (transport === undefined) throw new HsmUnavailable(`${kid} is not held`);
  const missing = generations.find((generation) => !token.keys.wrapping.has(generation));
  if (missing !== undefined) {
    const isOver = isGivenUp(token.registeredKeys, { kind: 'pin-wrapping', generation: missing });
    throw new (isOver ? VerifierGivenUp : HsmUnavailable)(`pin-wrapping-${missing} is not held`);
  }
  const isLate = () => dispatch.now() > startBefore;
  if (isLate()) throw new HsmUnavailable('too late to start');
  dispatch.record();
  // Asked again: writing the record may have had to wait.
  if (isLate()) throw new HsmUnavailable('too late to start');
  try {
    return openPin(token, { transportKey: transport.handle, ciphertext, generations });
  } catch (first) {
    return openOnceMore(token, opening, isLate, first);
  }
}
