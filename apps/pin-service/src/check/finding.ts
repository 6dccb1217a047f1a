/**
 * `fault`: a start would be refused, or would not become ready. `unreachable`: there is no answer, so nothing is known.
 * `skipped`: it needs something that another check did not find.
 */
export type Result = 'ok' | 'warning' | 'fault' | 'unreachable' | 'skipped';

export interface Finding {
  readonly check: string;
  readonly result: Result;
  /** What was seen and, if something is wrong, what to do about it; never a value of a secret. */
  readonly detail: string;
}

const EXIT: readonly (readonly [Result, number])[] = [
  ['fault', 1],
  ['unreachable', 2],
];

/** 0 if a start would succeed, 1 for a fault, 2 if something could not be reached. */
export function exitCodeOf(findings: readonly Finding[]): number {
  const [worst] = EXIT.filter(([result]) => findings.some((finding) => finding.result === result));
  return worst?.[1] ?? 0;
}

/** One line for each check. */
export function report(findings: readonly Finding[]): string {
  const [results, checks] = [
    Math.max(...findings.map(({ result }) => result.length)),
    Math.max(...findings.map(({ check }) => check.length)),
  ];
  return findings
    .map(({ check, result, detail }) => `${result.padEnd(results)}  ${check.padEnd(checks)}  ${detail}`)
    .join('\n');
}
