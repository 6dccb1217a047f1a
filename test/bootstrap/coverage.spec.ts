import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

it('npm test -- --coverage tells what of each file has run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinward-coverage-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        join(PROJECT_ROOT, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--project=unit',
        '--coverage',
        '--coverage.reporter=text',
        '--coverage.reporter=json-summary',
        `--coverage.reportsDirectory=${folder}`,
        '--coverage.include=libs/pin-block/src/**',
        'pin-block.spec',
      ],
      { cwd: PROJECT_ROOT, env: { ...process.env, NO_COLOR: '1' } },
    );
    expect(stdout).toMatch(/^ +pin-block\.ts +\| +100 \| +100 \|/m);
    const summary = JSON.parse(await readFile(join(folder, 'coverage-summary.json'), 'utf8')) as object;
    expect(Object.keys(summary)).toContain(join(PROJECT_ROOT, 'libs/pin-block/src/pin-block.ts'));
    expect(Object.keys(summary).filter((file) => file.endsWith('.spec.ts'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
