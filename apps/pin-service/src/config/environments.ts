/** From the fewest rules to the most. */
export const ENVIRONMENTS = ['development', 'test', 'rehearsal', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** A rehearsal is production in every rule but one: its token may be SoftHSM2 (docs/installation.md). */
export function hasProductionRules({
  PINWARD_ENV,
}: {
  readonly PINWARD_ENV?: Environment | undefined;
}): boolean {
  return PINWARD_ENV === 'production' || PINWARD_ENV === 'rehearsal';
}
