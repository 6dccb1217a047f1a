/**
 * `fail`: the promise would not hold, or the service would not run. `warning`: a person must weigh it. `unknown`: it
 * could not be tried here, with the reason.
 */
export type Result = 'pass' | 'warning' | 'fail' | 'unknown';

export interface Finding {
  readonly area: string;
  readonly check: string;
  readonly result: Result;
  /** What was seen; for all but `pass` also what it means. */
  readonly detail: string;
}

export type Verdict = 'may be used' | 'may be used with warnings' | 'must not be used';

export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ result }) => result === 'fail')) return 'must not be used';
  return findings.every(({ result }) => result === 'pass') ? 'may be used' : 'may be used with warnings';
}
