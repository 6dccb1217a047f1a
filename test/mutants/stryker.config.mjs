// @ts-check

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'libs/{pin,otp,requests}/src/**/*.ts',
    'libs/hsm/src/evaluation/*.ts',
    '!**/*.spec.ts',
    '!**/index.ts',
  ],
  testRunner: 'vitest',
  // Processes, since what is made once in a run is found by the process of the run.
  vitest: { configFile: 'test/mutants/vitest.config.ts', pool: 'forks', related: false },
  coverageAnalysis: 'perTest',
  // What runs while a file is loaded (texts of statements, tables of names) would be judged by all tests, each time.
  ignoreStatic: true,
  concurrency: 2,
  // The compiled HSM host comes along as it is: what runs there is not mutated.
  ignorePatterns: ['/var', '/release', '/dist.*', '/coverage'],
  tempDirName: 'var/mutants/sandboxes',
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false },
  htmlReporter: { fileName: 'var/mutants/report.html' },
  jsonReporter: { fileName: 'var/mutants/report.json' },
  timeoutMS: 10_000,
};
