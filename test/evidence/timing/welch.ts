/** Slowest share of all samples that is left out of both groups: collections, compilations, other processes. */
const CROPPED = 0.1;

interface Moments {
  readonly mean: number;
  /** Variance of the mean. */
  readonly spread: number;
}

/**
 * Welch's t of two groups of durations, both cropped at the same limit. Beyond 4.5 two groups count as told apart in
 * leakage tests (ISO/IEC 17825; Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", 2017).
 */
export function welchT(one: readonly number[], other: readonly number[]): number {
  const all = [...one, ...other].toSorted((a, b) => a - b);
  const limit = all[Math.floor(all.length * (1 - CROPPED))] ?? Infinity;
  const [first, second] = [one, other].map((group) => momentsOf(group.filter((value) => value < limit)));
  if (first === undefined || second === undefined) throw new Error('two groups are compared');
  return (first.mean - second.mean) / Math.sqrt(first.spread + second.spread);
}

function momentsOf(group: readonly number[]): Moments {
  const mean = group.reduce((sum, value) => sum + value, 0) / group.length;
  const squares = group.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: squares / (group.length - 1) / group.length };
}
