import type { Schemas } from '../../api/client.js';
import type { Tone } from '../../components/facts.js';

/** Unless the policy says otherwise (CLIENT_SECRET_MAX_AGE_DAYS). */
export const MAX_AGE_DAYS = 90;
/** From so many days before the limit on the service warns (docs/clients.md, day 76). */
const WARNS_DAYS = 14;

export interface Age {
  readonly days: number;
  readonly tone: Tone;
  readonly words: string;
}

/** How old a secret or key is against the limit. */
export function ageOf(days: number, limit: number): Age {
  const of = `${days} of ${limit} days`;
  if (days >= limit) return { days, tone: 'bad', words: `${of}: too old` };
  if (days >= limit - WARNS_DAYS) return { days, tone: 'warning', words: `${of}: rotate it` };
  return { days, tone: 'good', words: of };
}

/**
 * The age of what a client proves itself with: that of the newest of each kind, since those before it run out by themselves.
 * Keys at a URL have no age here: they are rotated there.
 *
 * @returns null for a client that is revoked, and for one that has only such keys
 */
export function ageOfClient(
  { revokedAt, secrets, keys }: Pick<Schemas['Client'], 'revokedAt' | 'secrets' | 'keys'>,
  limit: number,
): Age | null {
  if (revokedAt !== undefined) return null;
  const current = [...secrets, ...keys].filter(({ expiresAt }) => expiresAt === undefined);
  const days = current.flatMap(({ ageDays }) => (ageDays === undefined ? [] : [ageDays]));
  return days.length === 0 ? null : ageOf(Math.max(...days), limit);
}
