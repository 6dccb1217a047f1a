import {
  DeviceFault,
  EnvelopeUnreadable,
  EvaluationLost,
  HsmUnavailable,
  VerifierGivenUp,
} from '../contract/faults.js';
import { isGivenUp } from '../contract/keys.js';
import { ckrClass } from './ckr.js';
import type { HeldRsaKey } from './key-pick-up.js';
import { canaryPasses } from './known-answer.js';
import { openPin, type R0s } from './open-pin.js';
import type { Token } from './token.js';

/** What an evaluation needs of the world besides the token; tests put their own in. */
export interface EvaluationClock {
  /** `process.hrtime.bigint()`. */
  now(): bigint;
  /** Writes the dispatch record of this operation, so that it survives the process. */
  reportDispatched(): void;
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
export function openEnvelope(token: Token, opening: EnvelopeOpening, clock: EvaluationClock): R0s {
  const { kid, ciphertext, generations, startBefore } = opening;
  const transport = token.keys.transport.get(kid);
  if (transport === undefined) throw new HsmUnavailable(`${kid} is not held`);
  const missing = generations.find((generation) => !token.keys.wrapping.has(generation));
  if (missing !== undefined) {
    const isOver = isGivenUp(token.registeredKeys, { kind: 'pin-wrapping', generation: missing });
    throw new (isOver ? VerifierGivenUp : HsmUnavailable)(`pin-wrapping-${missing} is not held`);
  }
  const isLate = () => clock.now() > startBefore;
  if (isLate()) throw new HsmUnavailable('too late to start');
  clock.reportDispatched();
  // Asked again: writing the record may have had to wait.
  if (isLate()) throw new HsmUnavailable('too late to start');
  try {
    return openPin(token, { transportKey: transport.handle, ciphertext, generations });
  } catch (first) {
    return openOnceMore(token, opening, isLate, first);
  }
}

/** A code alone never decides: garbage and trouble look alike. A known-good canary on the same session does. */
function openOnceMore(token: Token, opening: EnvelopeOpening, isLate: () => boolean, first: unknown): R0s {
  const { ciphertext, generations } = opening;
  const transport = recoveredKey(token, opening.kid, first);
  if (!canaryPasses(token, transport, generations))
    throw new DeviceFault('the canary failed', ckrClass(first) === 'device');
  if (isLate()) throw new EvaluationLost('too late to open once more');
  try {
    return openPin(token, { transportKey: transport.handle, ciphertext, generations });
  } catch (second) {
    // The device may have gone between canary and second attempt; its own codes are worth another look.
    const suspicious = ckrClass(second) !== 'other';
    if (suspicious && !canaryPasses(token, transport, generations))
      throw new DeviceFault('the canary failed', ckrClass(second) === 'device');
    throw new EnvelopeUnreadable('the envelope does not open');
  }
}

/** After the loss of a session: another one, with its keys found again. */
function recoveredKey(token: Token, kid: string, error: unknown): HeldRsaKey {
  try {
    if (ckrClass(error) === 'session') token.renewSession();
    const transport = token.keys.transport.get(kid);
    if (transport !== undefined) return transport;
  } catch {
    // Falls through: without session or keys there is no verdict.
  }
  throw new DeviceFault('the session could not be opened again', true);
}
