/**
 * The amount of evidence: `ci` keeps `npm test` short, `full` is what `npm run evidence` records in docs/evidence.md.
 */
export const SCALE: 'ci' | 'full' = process.env['PINWARD_EVIDENCE'] === 'full' ? 'full' : 'ci';

/** The amount for this run. */
export function scaled(amounts: { readonly ci: number; readonly full: number }): number {
  return amounts[SCALE];
}
