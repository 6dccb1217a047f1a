// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from './node-runtime.mjs';
import { NODE_MODULES, privateDirectory } from './paths.mjs';
import { run } from './processes.mjs';
import { closingLine, outcomeOf, skipNotice } from './test-outcome.mjs';
import { contractSeen } from './contract-seen.mjs';
import { warn } from './terminal.mjs';

const REPORTER = fileURLToPath(new URL('test-reporter.mjs', import.meta.url));

/**
 * Runs vitest with its own output. Then it prints the skipped tests and, as the very last line, the numbers of passed
 * and failed tests.
 *
 * @param {readonly string[]} projects of vitest.config.ts
 * @param {readonly string[]} args of the caller, for vitest
 * @param {Readonly<Record<string, string>>} [environment] in addition to this process's own
 * @returns {Promise<number>} 0 only when tests ran and none failed
 */
export async function runTests(projects, args, environment = {}) {
  const file = join(privateDirectory(), `test-report-${process.pid}.json`);
  const seen = mkdtempSync(join(privateDirectory(), 'contract-seen-'));
  const options = [
    ...projects.map((project) => `--project=${project}`),
    '--reporter=default',
    `--reporter=${REPORTER}`,
  ];
  try {
    const status = await run(
      findNode(),
      [join(NODE_MODULES, 'vitest/vitest.mjs'), 'run', ...options, ...args],
      {
        env: {
          ...process.env,
          ...environment,
          PINWARD_TEST_REPORT: file,
          PINWARD_CONTRACT_SEEN: seen,
        },
      },
    );
    const contract = contractSeen(seen);
    const missing = isWhole(projects, args) ? (contract?.missing ?? []) : [];
    const lacks = missing.length > 0 ? [`No test called these operations: ${missing.join(', ')}`] : [];
    const outcome = outcomeOf(readReport(file), status, lacks);
    const notice = skipNotice(outcome);
    if (notice.length > 0) warn(notice);
    if (contract !== null) process.stdout.write(`${contract.line}\n`);
    for (const fault of outcome.faults) process.stderr.write(`${fault}\n`);
    process.stdout.write(`${closingLine(outcome)}\n`);
    return outcome.failed > 0 ? status || 1 : 0;
  } finally {
    rmSync(file, { force: true });
    rmSync(seen, { force: true, recursive: true });
  }
}

/**
 * Whether every operation of the contract is to be met: a run of some files meets few.
 *
 * @param {readonly string[]} projects
 * @param {readonly string[]} args
 */
function isWhole(projects, args) {
  return projects.includes('integration*') && args.length === 0;
}

/** @param {string} file @returns {import('./test-outcome.mjs').Report | null} null when vitest did not get that far */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
