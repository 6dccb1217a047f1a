import { formatNumber } from '../../components/format.js';

/** How many there are, as far as one page tells: `12`, or `more than 100`. */
export function countOf(listed: number, nextCursor: string | null): string {
  return nextCursor === null ? formatNumber(listed) : `more than ${formatNumber(listed)}`;
}
