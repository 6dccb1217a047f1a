import { defineConfig, mergeConfig } from 'vitest/config';
import everyday from './vitest.config.js';

/** The long proofs, one after the other: they measure, race and kill, and would disturb each other. */
export default mergeConfig(
  { ...everyday, test: { ...everyday.test, include: [], exclude: ['node_modules', 'dist', 'var'] } },
  defineConfig({
    test: {
      include: ['test/evidence/**/*.evidence.ts', 'test/pin/*.property.spec.ts'],
      fileParallelism: false,
      testTimeout: 15 * 60_000,
    },
  }),
);
