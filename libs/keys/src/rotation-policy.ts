import type { KeyKind } from '#libs/hsm';

interface RotationRule {
  readonly days: number;
  /** Number of uses after which it is due too. */
  readonly uses?: number;
}

/**
 * When a key is due. pin-transport: a week, or 100 million envelopes, since each is kept until the key retires. Sealing
 * keys: half of the limit for random IVs (NIST SP 800-38D, section 8.3). The others: crypto-periods within NIST SP
 * 800-57 part 1 rev. 5, table 1.
 */
const ROTATION: Readonly<Record<KeyKind, RotationRule>> = {
  'pin-transport': { days: 7, uses: 100_000_000 },
  'pin-wrapping': { days: 365 },
  lookup: { days: 365 },
  otp: { days: 90 },
  'card-vault': { days: 365, uses: 2 ** 31 },
  secrets: { days: 365, uses: 2 ** 31 },
  'token-signing': { days: 90 },
  'audit-signing': { days: 365 },
  'manifest-signing': { days: 730 },
};

const DAY_MS = 86_400_000;

/** When a key that became current then must be replaced; now, when it has been used up. */
export function dueAt(
  kind: KeyKind,
  { since, uses, now }: { readonly since: Date; readonly uses: number | null; readonly now: Date },
): Date {
  const rule = ROTATION[kind];
  if (rule.uses !== undefined && uses !== null && uses >= rule.uses) return now;
  return new Date(since.getTime() + rule.days * DAY_MS);
}
