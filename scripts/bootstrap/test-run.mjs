// @ts-check
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node-runtime.mjs';
import { NODE_MODULES, privateDirectory } from './paths.mjs';
import { run } from './processes.mjs';
import { closingLine, outcomeOf, skipNotice } from './test-outcome.mjs';
import { warn } from './terminal.mjs';

const REPORTER = fileURLToPath(new URL('test-reporter.mjs', import.meta.url));

/**
 * Runs vitest with its own output, then prints what was skipped and, as the very last line, what passed and failed.
 *
 * @param {readonly string[]} projects of vitest.config.ts
 * @param {readonly string[]} args of the caller, for vitest
 * @param {Readonly<Record<string, string>>} [environment] beside this process's own
 * @returns {Promise<number>} 0 only when tests ran and none failed
 */
export async function runTests(projects, args, environment = {}) {
  const file = join(privateDirectory(), `test-report-${process.pid}.json`);
  const options = [
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    `--reporter=${REPORTER}`,
  ];
  try {
    const status = await run(
      findNode(),
      [join(NODE_MODULES, 'vitest/vitest.mjs'), 'run', ...options, ...args],
      { env: { ...process.env, ...environment, PINWARD_TEST_REPORT: file } },
    );
    const outcome = outcomeOf(readReport(file), status);
    const notice = skipNotice(outcome);
    if (notice.length > 0) warn(notice);
    for (const fault of outcome.faults) process.stderr.write(`${fault}\n`);
    process.stdout.write(`${closingLine(outcome)}\n`);
    return outcome.failed > 0 ? status || 1 : 0;
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file @returns {import('./test-outcome.mjs').Report | null} null when vitest did not get that far */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
