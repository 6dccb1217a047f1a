import type { VerdictMac } from './attestation.js';

/**
 * What can go wrong in the HSM, in the domain's words. Which of them may give a try back is decided by the try
 * counter (docs/try-counter.md), on the one question that matters: had the envelope been dispatched?
 */
export abstract class HsmFault extends Error {
  /** The host's word for the verdict that this fault amounts to; null where no host has answered. */
  verdictMac: VerdictMac | null = null;
}

/** The private key was used and the envelope did not open, confirmed with a known-good canary. Costs the try. */
export class EnvelopeUnreadable extends HsmFault {
  override readonly name = 'EnvelopeUnreadable';
}

/** Nothing was dispatched: queue full, host not ready, deadline for starting passed. Never costs a try. */
export class HsmUnavailable extends HsmFault {
  override readonly name = 'HsmUnavailable';
}

/** Dispatched, and no verdict will come: crash, hang, time-out. The try stays spent. */
export class EvaluationLost extends HsmFault {
  override readonly name = 'EvaluationLost';
}

/** Dispatched, and the device is failing: the canary failed too. No verdict exists; the try is given back. */
export class DeviceFault extends HsmFault {
  override readonly name = 'DeviceFault';

  /** @param lost whether the device itself said that it, its token or the login are gone, and not only that it failed */
  constructor(
    message: string,
    readonly lost = false,
  ) {
    super(message);
  }
}

/** A sealed value was changed, or put where it does not belong. Trying again does not help. */
export class SealBroken extends HsmFault {
  override readonly name = 'SealBroken';
}

/** The card's verifier was made under a wrapping key that has been given up: nothing can match it. Never costs a try. */
export class VerifierGivenUp extends HsmFault {
  override readonly name = 'VerifierGivenUp';
}

/** A key or the module is not as the key table demands. The service must not start, or must stop. */
export class HsmMisconfigured extends HsmFault {
  override readonly name = 'HsmMisconfigured';
}

/** The token refused the login, or may have. Final for this process and for its successors: tokens lock. */
export class LoginRefused extends HsmMisconfigured {}
