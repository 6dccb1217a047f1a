const DAY_MS = 86_400_000;
/** By then whoever renews certificates has long been at it. */
const ENDING_MS = 14 * DAY_MS;

/** As X509Certificate writes them, in GMT. */
export interface Validity {
  readonly validFrom: string;
  readonly validTo: string;
}

/** Negative once it has expired; NaN where the time cannot be read. */
export function millisecondsLeft({ validTo }: Validity, now: Date): number {
  return Date.parse(validTo) - now.getTime();
}

/** A time that cannot be read is not valid. */
export function isValidAt(certificate: Validity, now: Date): boolean {
  return Date.parse(certificate.validFrom) <= now.getTime() && millisecondsLeft(certificate, now) > 0;
}

/** What is to be told of a certificate's time, in words; null: nothing. */
export function validityWarning(certificate: Validity, now: Date): string | null {
  const { validFrom, validTo } = certificate;
  if (now.getTime() < Date.parse(validFrom)) return `is not valid before ${validFrom}`;
  if (!isValidAt(certificate, now)) return `has expired at ${validTo}`;
  return millisecondsLeft(certificate, now) <= ENDING_MS ? `expires at ${validTo}` : null;
}
