/** A run of 12 digits or more of any script, a few separators between them allowed: what could be read as a PAN. */
const DIGIT_RUN = /\p{Nd}(?:[\s\p{P}\p{S}\p{Cf}]{0,3}\p{Nd}){11,}/gu;

/**
 * Replaces each run of 12 digits or more (ISO/IEC 7812-1: a PAN has 12 to 19) by `XXXX` and its last four. It asks for no
 * check digit, no issuer and no whole number, as a refusal does: a mistyped PAN deserves no less, and no caller is
 * refused anything by a mask.
 */
export function maskPanLike(text: string): string {
  return text.replace(DIGIT_RUN, (run) => `XXXX${[...run.matchAll(/\p{Nd}/gu)].slice(-4).join('')}`);
}
