import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SCALE } from './test/support/scale.js';
import { PATIENCE_MS } from './test/support/until.js';

const BESIDE_SOURCES = ['apps/**/*.spec.ts', 'libs/**/*.spec.ts', 'softhsm/**/*.spec.ts'];

/** Beside their sources, but on a real server. */
const WITH_SERVERS = ['apps/pin-service/src/edge/rate-limits/redis-counters.spec.ts'];

/** These load a PKCS#11 module themselves, which reads its configuration once in a process, or write variables of the environment. */
const OWN_PROCESS = ['test/hsm/*.spec.ts', 'test/pinctl/key-calendar.spec.ts'];

/** Checked by the integration tests as well, in fewer runs. */
const PROPERTIES = 'test/pin/*.property.spec.ts';

/** These measure time, or count what a loaded machine does once more; they run one by one when all else is done. */
const MEASURED = ['test/evidence/{console-load,device-trouble,faults,remote-token,timing}.evidence.ts'];

const IS_FULL = SCALE === 'full';
const EVIDENCE_MS = 15 * 60_000;

/** One PostgreSQL for all files of the project. */
const POSTGRES = ['test/rigs/postgres-server.ts'];

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    exclude: ['node_modules', 'dist', 'var'],
    // Tests wait for processes more than they compute: two files at once also where there are two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    // What processes do is waited for as long as it takes: a test says what happens, not how fast the machine is.
    expect: { poll: { timeout: PATIENCE_MS, interval: 20 } },
    hookTimeout: 120_000,
    // With --coverage. Code in processes of their own (the service, an HSM host, pinctl) is not seen.
    coverage: {
      provider: 'v8',
      include: ['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts', 'softhsm/**/*.ts'],
      exclude: ['**/*.spec.ts', 'libs/database/src/migrations/**'],
      reporter: [['text', { maxCols: 160 }], 'html'],
      reportsDirectory: 'var/coverage',
    },
    projects: [
      {
        extends: true,
        // Neither database nor token, so that a file leaves nothing to the next: they share processes, and with them the
        // modules, which take longer to load than the tests to run.
        test: { name: 'unit', include: BESIDE_SOURCES, exclude: WITH_SERVERS, isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['test/**/*.spec.ts', ...WITH_SERVERS],
          exclude: OWN_PROCESS,
          globalSetup: POSTGRES,
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'integration-isolated', include: OWN_PROCESS, globalSetup: POSTGRES },
      },
      {
        extends: true,
        test: {
          name: 'evidence',
          // In small amounts, the property has just been checked by the integration tests.
          include: ['test/evidence/**/*.evidence.ts', ...(IS_FULL ? [PROPERTIES] : [])],
          exclude: MEASURED,
          globalSetup: POSTGRES,
          // What is recorded has had the machine to itself.
          fileParallelism: !IS_FULL,
          testTimeout: EVIDENCE_MS,
        },
      },
      {
        extends: true,
        test: {
          name: 'evidence-alone',
          include: MEASURED,
          globalSetup: POSTGRES,
          fileParallelism: false,
          testTimeout: EVIDENCE_MS,
        },
      },
    ],
  },
});
