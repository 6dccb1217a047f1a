/** The state of one part. */
export interface Section {
  readonly name: string;
  /** For programs. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** For people, one line each. */
  readonly words: readonly string[];
  /** What an operator must look at, each with what to do; empty if all is sound. */
  readonly attention: readonly string[];
}

/** "3 s", "5 min", "2 h", "4 d": the largest unit that fits. */
export function ageWords(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const [size, unit] = units.find(([least]) => seconds >= least * 2) ?? [1, 's'];
  return `${Math.floor(seconds / size)} ${unit}`;
}
