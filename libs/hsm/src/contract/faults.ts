import type { VerdictMac } from './attestation.js';

/**
 * The faults of the HSM, in the domain's words. The try counter decides which of them may give a try back
 * (docs/try-counter.md), by one question: had the envelope been dispatched?
 */
export abstract class HsmFault extends Error {
  /** The host's word, if this fault amounts to a verdict; null where no host has answered. */
  verdictMac: VerdictMac | null = null;
}

/** The private key was used and the envelope did not open, confirmed with a known-good canary. It costs the try. */
export class EnvelopeUnreadable extends HsmFault {
  override readonly name = 'EnvelopeUnreadable';
}

/** Nothing was dispatched: queue full, host not ready, deadline for starting passed. It never costs a try. */
export class HsmUnavailable extends HsmFault {
  override readonly name = 'HsmUnavailable';
}

/** Dispatched, and no verdict will come: crash, hang, time-out. The try stays spent. */
export class EvaluationLost extends HsmFault {
  override readonly name = 'EvaluationLost';
}

/** Dispatched, and the device is failing: the canary failed too. There is no verdict; the try is given back. */
export class DeviceFault extends HsmFault {
  override readonly name = 'DeviceFault';

  /**
   * @param lost true when the device itself said that it, its token or the login are gone; false when it only failed
   */
  constructor(
    message: string,
    readonly lost = false,
  ) {
    super(message);
  }
}

/** A sealed value was changed or is not in its place. Trying again does not help. */
export class SealBroken extends HsmFault {
  override readonly name = 'SealBroken';
}

/**
 * The card's verifier was made under a wrapping key that has been given up, so nothing can match it. It never costs a
 * try.
 */
export class VerifierGivenUp extends HsmFault {
  override readonly name = 'VerifierGivenUp';
}

/** A key or the module does not match the key table. The service must not start, or must stop. */
export class HsmMisconfigured extends HsmFault {
  override readonly name = 'HsmMisconfigured';
}

/** The token refused the login, or may have. Final for this process and its successors: tokens lock. */
export class LoginRefused extends HsmMisconfigured {}
