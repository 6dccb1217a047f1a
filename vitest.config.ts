import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const BESIDE_SOURCES = ['apps/**/*.spec.ts', 'libs/**/*.spec.ts', 'softhsm/**/*.spec.ts'];

/** Beside their sources, but on a real server. */
const WITH_SERVERS = ['apps/pin-service/src/edge/rate-limits/redis-counters.spec.ts'];

/** The property that every build checks in hundreds of runs, the evidence in as many as its scale says. */
const PROPERTIES = 'test/pin/*.property.spec.ts';

/** One PostgreSQL for all files of the project. */
const POSTGRES = ['test/support/postgres-server.ts'];

export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    exclude: ['node_modules', 'dist', 'var'],
    // Tests wait for processes more than they compute: two files at once also where there are two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        // Neither database nor token, so that a file leaves nothing to the next: they share processes, and with them the
        // modules, which take longer to load than the tests to run.
        test: { name: 'unit', include: BESIDE_SOURCES, exclude: WITH_SERVERS, isolate: false },
      },
      {
        extends: true,
        test: { name: 'integration', include: ['test/**/*.spec.ts', ...WITH_SERVERS], globalSetup: POSTGRES },
      },
      {
        extends: true,
        test: {
          // The long proofs, one after the other: they measure, race and kill, and would disturb each other.
          name: 'evidence',
          include: ['test/evidence/**/*.evidence.ts', PROPERTIES],
          globalSetup: POSTGRES,
          fileParallelism: false,
          testTimeout: 15 * 60_000,
        },
      },
    ],
  },
});
