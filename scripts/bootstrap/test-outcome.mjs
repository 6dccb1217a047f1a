// @ts-check
// What a test run amounts to, in one line that a machine can read.

/**
 * Written by the reporter: see test-reporter.mjs.
 *
 * @typedef {{ name: string, note: string | null }} Skipped
 * @typedef {{ passed: number, failed: number, brokenFiles: number, skipped: readonly Skipped[] }} Report
 * @typedef {{ passed: number, failed: number, skipped: readonly Skipped[], faults: readonly string[] }} Outcome
 */

const MOST_SKIPS_LISTED = 40;

/**
 * A run that failed without a failing test (a crash, an unhandled rejection, no test at all) counts as one failure, so
 * that the closing line never looks better than the run.
 *
 * @param {Report | null} report
 * @param {number} status of vitest
 * @param {readonly string[]} [more] what the run as a whole lacks
 * @returns {Outcome}
 */
export function outcomeOf(report, status, more = []) {
  const { passed, failed, brokenFiles, skipped } = report ?? {
    passed: 0,
    failed: 0,
    brokenFiles: 0,
    skipped: [],
  };
  const faults = [...more];
  if (report === null) faults.push('The test run ended without a report.');
  else if (passed + failed + brokenFiles === 0) faults.push('Not one test ran: that proves nothing.');
  else if (failed + brokenFiles === 0 && status !== 0) {
    faults.push(`No test failed, but the run did (exit status ${status}; see above).`);
  }
  return { passed, failed: failed + brokenFiles + faults.length, skipped, faults };
}

/** @param {Outcome} outcome */
export function closingLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line;
}

/** @param {Pick<Outcome, 'skipped'>} outcome @returns {string[]} lines; none when nothing was skipped */
export function skipNotice({ skipped }) {
  if (skipped.length === 0) return [];
  const rest = skipped.length - MOST_SKIPS_LISTED;
  return [
    `SKIPPED, so not proven here: ${skipped.length} test${skipped.length === 1 ? '' : 's'}`,
    ...skipped.slice(0, MOST_SKIPS_LISTED).map(({ name, note }) => `  ${name}${note ? ` (${note})` : ''}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}
