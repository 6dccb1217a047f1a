// @ts-check
// A vitest reporter beside the usual one: it counts, and keeps the reasons that tests give for being skipped.
import { writeFileSync } from 'node:fs';

export default class TestReporter {
  /** @param {ReadonlyArray<import('vitest/node').TestModule>} modules */
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (/** @type {string} */ state) => tests.filter((test) => test.result().state === state);
    /** @type {import('./test-outcome.mjs').Report} */
    const report = {
      passed: inState('passed').length,
      failed: inState('failed').length,
      // If a file could not be loaded, or a hook failed, there may be no failing test.
      brokenFiles: modules.filter((module) => !module.ok() && !hasFailedTest(module)).length,
      skipped: [...inState('skipped'), ...inState('pending')].map((test) => ({
        name: `${test.module.relativeModuleId} > ${test.fullName}`,
        note: noteOf(test),
      })),
    };
    const file = process.env.PINWARD_TEST_REPORT;
    if (file === undefined) throw new Error('PINWARD_TEST_REPORT does not say where the report belongs');
    writeFileSync(file, JSON.stringify(report), { mode: 0o600 });
  }
}

/** @param {import('vitest/node').TestModule} module */
function hasFailedTest(module) {
  return [...module.children.allTests('failed')].length > 0;
}

/** @param {import('vitest/node').TestCase} test */
function noteOf(test) {
  const result = test.result();
  return result.state === 'skipped' ? (result.note ?? null) : null;
}
