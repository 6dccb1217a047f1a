/** The rules for clients that an issuer may set. */
export interface ClientPolicy {
  /** How long a replaced secret still works, so that a client's replicas can change over. Default 24. */
  readonly secretOverlapHours: number;
  /** The age at which a secret should have been replaced. Default 90. */
  readonly secretMaxAgeDays: number;
  /** Whether an older secret is refused; otherwise there is only a warning. Default false. */
  readonly refuseOldSecrets: boolean;
  /** Whether a client may call from anywhere. Never in production. */
  readonly allowAnyAddress: boolean;
  /** The rate of a client without its own; absent where it is not known, as at the command line. */
  readonly requestsPerMinute?: number;
}

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A secret's last days, in which its client is warned. */
const WARNING_DAYS = 14;

/** When a secret that was replaced at this moment stops working. */
export function overlapEnd({ secretOverlapHours }: ClientPolicy, replacedAt: Date): Date {
  return new Date(replacedAt.getTime() + secretOverlapHours * HOUR_MS);
}

/** When a secret reaches its maximum age. */
export function rotateBefore({ secretMaxAgeDays }: ClientPolicy, createdAt: Date): Date {
  return new Date(createdAt.getTime() + secretMaxAgeDays * DAY_MS);
}

/** Secrets made at this moment or before get a warning. */
export function warningHorizon({ secretMaxAgeDays }: ClientPolicy, now: Date): Date {
  return new Date(now.getTime() - (secretMaxAgeDays - WARNING_DAYS) * DAY_MS);
}
