/** The rules an issuer may set. */
export interface OtpPolicy {
  /** One-time passwords a card within an hour. Default 5. */
  readonly issuedPerCardAndHour: number;
}
