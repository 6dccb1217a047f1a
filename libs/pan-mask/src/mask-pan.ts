/** A run of 12 or more digits of any script, with few separators between them: a reader could take it for a PAN. */
const DIGIT_RUN = /\p{Nd}(?:[\s\p{P}\p{S}\p{Cf}]{0,3}\p{Nd}){11,}/gu;

/**
 * Replaces each run of 12 or more digits (ISO/IEC 7812-1: a PAN has 12 to 19) by `XXXX` and its last four. Unlike a
 * refusal it requires no check digit, no issuer and no whole number: a mistyped PAN is masked too, and a mask refuses
 * no caller.
 */
export function maskPanLike(text: string): string {
  return text.replace(DIGIT_RUN, (run) => `XXXX${[...run.matchAll(/\p{Nd}/gu)].slice(-4).join('')}`);
}
