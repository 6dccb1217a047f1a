export const AWAY = 'Redis does not answer';
export const ELSEWHERE = 'Redis has no database of the number in REDIS_URL (out of range)';

/** The first word of Redis' error replies, and what to change. The rest of a reply may quote the request. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^ERR DB index/, ELSEWHERE],
  [/^NOAUTH/, 'Redis wants a password, and REDIS_URL has none (NOAUTH)'],
  [/^WRONGPASS|^ERR .*AUTH/, 'Redis refuses user or password of REDIS_URL (WRONGPASS)'],
  [/^NOPERM/, 'Redis forbids the user of REDIS_URL to count (NOPERM: EVAL and keys pinward:limit:*)'],
  [/^READONLY/, 'REDIS_URL leads to a replica, which does not write (READONLY)'],
  [/^OOM/, 'Redis is out of memory (OOM: maxmemory)'],
  [/^MISCONF/, 'Redis does not write while it cannot save (MISCONF)'],
  [/^NOREPLICAS/, 'Redis does not write without its replicas (NOREPLICAS)'],
  [/^LOADING/, 'Redis is loading its data (LOADING)'],
];

/** Why Redis does not count, in words that quote nothing. */
export function redisReason(fault: unknown): string {
  const message = fault instanceof Error ? fault.message : '';
  return REASONS.find(([words]) => words.test(message))?.[1] ?? AWAY;
}
