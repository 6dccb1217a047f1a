import { defineConfig } from 'vitest/config';

/** The tests that judge mutants of stryker.config.mjs: those that run these libraries in their own process, on a real database. */
export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    include: [
      'libs/{pin,otp,requests,hsm}/src/**/*.spec.ts',
      'test/pin/*.spec.ts',
      'test/hsm/fair-queue.spec.ts',
      'test/store/{abandoned,cards,enrolment,failures-in-a-row,invariants,once,races,reset,sets,settle,spend,unlock}.spec.ts',
    ],
    // Modules take longer to load than the tests to run.
    isolate: false,
    globalSetup: ['test/rigs/postgres-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
