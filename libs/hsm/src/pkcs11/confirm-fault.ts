import { DeviceFault, EnvelopeUnreadable, EvaluationLost } from '../contract/faults.js';
import { ckrClass } from './ckr.js';
import type { HeldRsaKey } from './key-pick-up.js';
import { canaryPasses } from './known-answer.js';
import { openPin, type R0s } from './open-pin.js';
import type { Token } from './token.js';

interface Opened {
  readonly kid: string;
  readonly ciphertext: Buffer;
  readonly generations: readonly number[];
}

/**
 * Decides what a failure to open an envelope means (docs/try-counter.md, "Confirming a fault"). A code alone never
 * decides, since garbage and trouble look alike. A known-good canary on the same session does.
 */
export function openOnceMore(token: Token, opening: Opened, isLate: () => boolean, first: unknown): R0s {
  const { ciphertext, generations } = opening;
  const transport = recoveredKey(token, opening.kid, first);
  if (!canaryPasses(token, transport, generations))
    throw new DeviceFault('the canary failed', ckrClass(first) === 'device');
  if (isLate()) throw new EvaluationLost('too late to open once more');
  try {
    return openPin(token, { transportKey: transport.handle, ciphertext, generations });
  } catch (second) {
    // The device may have failed between the canary and the second attempt; its own codes need another look.
    const suspicious = ckrClass(second) !== 'other';
    if (suspicious && !canaryPasses(token, transport, generations))
      throw new DeviceFault('the canary failed', ckrClass(second) === 'device');
    throw new EnvelopeUnreadable('the envelope does not open');
  }
}

/** After the loss of a session: opens another one and finds its keys again. */
function recoveredKey(token: Token, kid: string, error: unknown): HeldRsaKey {
  try {
    if (ckrClass(error) === 'session') token.renewSession();
    const transport = token.keys.transport.get(kid);
    if (transport !== undefined) return transport;
  } catch {
    // Falls through: without a session or keys there is no verdict.
  }
  throw new DeviceFault('the session could not be opened again', true);
}
