import { formatNumber } from '../../components/format.js';

/** One bar of a chart; null where it was not counted. */
export interface Point {
  /** RFC 3339. */
  readonly hour: string;
  readonly count: number | null;
}

/** The hour that a key leads to, or null where it is no key of a slider. */
export function nextHour(key: string, current: number, count: number): number | null {
  const last = count - 1;
  switch (key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(current + 1, last);
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(current - 1, 0);
    case 'PageUp':
      return Math.min(current + 6, last);
    case 'PageDown':
      return Math.max(current - 6, 0);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

/** Of the hours that were counted; null where none was. */
export function totalOf(points: readonly Point[]): number | null {
  const counted = points.flatMap(({ count }) => (count === null ? [] : [count]));
  return counted.length === 0 ? null : counted.reduce((sum, count) => sum + count, 0);
}

export function mostOf(points: readonly Point[]): number {
  return Math.max(0, ...points.map(({ count }) => count ?? 0));
}

/** `12`, or that it was not counted, which is not the same as nothing. */
export function countInWords(count: number | null): string {
  return count === null ? 'not counted' : formatNumber(count);
}
