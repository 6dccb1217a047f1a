/**
 * The rules an issuer may set. They are checked at start: a failure limit below the tries would lock cards for good at
 * once.
 */
export interface PinPolicy {
  /** Evaluations with a verdict between two successes, 1 to 15; a tenant may have its own. Default 3. */
  readonly maxTries: number;
  /** At most so many evaluations in a row without a success, across unlocks; then only a reset helps. Default 9. */
  readonly maxFailuresWithoutSuccess: number;
  /** So many earlier PINs may not come back, the current one included. Default 4. */
  readonly historyLength: number;
  /** How long an evaluation may take before it is abandoned, milliseconds; from the HSM vendor's profile. */
  readonly evaluationWindowMs: number;
}
