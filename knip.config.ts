import type { KnipConfig } from 'knip';

/** What nothing uses fails `npm run check`: files, exports, types, dependencies. */
export default {
  entry: [
    // What scripts/bootstrap/bundle.mjs makes programs of.
    'apps/*/src/main.ts',
    'libs/hsm/src/host/{host,worker}-main.ts',
    'libs/key-ceremony/src/acceptance/check-main.ts',
    'bench/{main,raw/raw-main,raw/raw-worker}.ts',
    'scripts/{commands/*,demo,envelope,vectors}.ts',
    'softhsm/set-up-token.ts',
    'test/rigs/{hsm-parent,telling-service,token-maker}.ts',
    // What package.json and the bootstrap start by a path.
    'scripts/bootstrap/{bundle,test-reporter}.mjs',
    'test/{walk/inspected,mutants/*}.mjs',
    'test/mutants/vitest.config.ts',
    'docs/.vitepress/{config.ts,theme/index.js}',
    'scripts/development/inspect-host.mjs',
    'apps/console/src/main.tsx',
    'apps/console/vite.config.ts',
    // What card apps import: all of it may be used elsewhere.
    'libs/client/src/{,*/}index.ts',
    // Made into a page by scripts/package/frame.ts.
    'libs/client/src/frame/page/frame.ts',
    'libs/client/src/cli/main.ts',
  ],
  project: ['**/*.{ts,tsx,mts,mjs}', 'docs/.vitepress/**/*.{ts,js}'],
  // Made from the contract, with all its types.
  ignore: ['apps/console/src/api/schema.d.ts'],
  ignoreDependencies: [
    // Types of the copy that @nestjs/platform-fastify brings: another copy would have other types.
    'fastify',
    // Imported by a snippet of docs/webhooks.md, which a test runs.
    'express',
    // Its files are served as they are, found by a name that is put together.
    'swagger-ui-dist',
    // Started by a path in node_modules: by scripts/bootstrap/check.mjs, and to make mutants.
    'oxlint',
    'oxlint-tsgolint',
    '@stryker-mutator/core',
    '@stryker-mutator/vitest-runner',
    // `npx nest generate`, by hand; nest-cli.json is theirs.
    '@nestjs/cli',
    '@nestjs/schematics',
    // Imported by what vitest makes of a decorator.
    '@oxc-project/runtime',
  ],
  // Programs of the system (scripts/bootstrap/system-packages.mjs), or looked for before they are used.
  ignoreBinaries: [
    'cc',
    'certutil',
    'flock',
    'mount',
    'promtool',
    'setpriv',
    'softhsm2-util',
    'systemd-analyze',
    'systemd-tmpfiles',
    'umount',
  ],
} satisfies KnipConfig;
