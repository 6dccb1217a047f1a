const DAY_MS = 86_400_000;
/** A renewal should have begun long before this. */
const ENDING_MS = 14 * DAY_MS;

/** In the form of X509Certificate, in GMT. */
export interface Validity {
  readonly validFrom: string;
  readonly validTo: string;
}

/** Negative once it has expired; NaN if the time cannot be read. */
export function millisecondsLeft({ validTo }: Validity, now: Date): number {
  return Date.parse(validTo) - now.getTime();
}

/** A time that cannot be read is not valid. */
export function isValidAt(certificate: Validity, now: Date): boolean {
  return Date.parse(certificate.validFrom) <= now.getTime() && millisecondsLeft(certificate, now) > 0;
}

/** The warning about a certificate's time; null for none. */
export function validityWarning(certificate: Validity, now: Date): string | null {
  const { validFrom, validTo } = certificate;
  if (now.getTime() < Date.parse(validFrom)) return `is not valid before ${validFrom}`;
  if (!isValidAt(certificate, now)) return `has expired at ${validTo}`;
  return millisecondsLeft(certificate, now) <= ENDING_MS ? `expires at ${validTo}` : null;
}
