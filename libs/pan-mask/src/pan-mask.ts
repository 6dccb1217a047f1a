/** A run of 12 to 19 digits of any script, single separators between them allowed: what could be read as a PAN. */
const DIGIT_RUN = /\p{Nd}(?:[\s\p{P}\p{S}\p{Cf}]{0,3}\p{Nd}){11,18}(?!\p{Nd})/gu;

/**
 * Replaces what could be a PAN (ISO/IEC 7812-1: 12 to 19 digits) by `XXXX` and its last four digits.
 * It does not ask for a valid check digit: a mistyped PAN deserves no less.
 */
export function maskPanLike(text: string): string {
  return text.replace(DIGIT_RUN, (run) => `XXXX${[...run.matchAll(/\p{Nd}/gu)].slice(-4).join('')}`);
}

/** UUIDs (RFC 9562), with hyphens or without: their digits often make a run of 12, and are no PAN. */
const UUIDS = /(?<![0-9a-z])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-z])/gi;

export function withoutUuids(text: string): string {
  return text.replaceAll(UUIDS, '');
}

/** Whether a reference holds something that could be a PAN. */
export function looksLikePan(reference: string): boolean {
  const rest = withoutUuids(reference);
  return maskPanLike(rest) !== rest;
}
