import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

type Summary = Readonly<Record<string, { readonly lines: { readonly pct: number } }>>;

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
        '--coverage.include=libs/client/src/pin-block/**',
        'pin-block.spec',
      ],
      { cwd: PROJECT_ROOT, env: { ...process.env, NO_COLOR: '1' } },
    );
    expect(stdout).toMatch(/^ +pin-block\.ts +\| +\d+ \| +[\d.]+ \|/m);
    const summary = JSON.parse(await readFile(join(folder, 'coverage-summary.json'), 'utf8')) as Summary;
    const linesRun = (file: string) =>
      summary[join(PROJECT_ROOT, 'libs/client/src/pin-block', file)]?.lines.pct;
    expect(linesRun('pin-block.ts')).toBeGreaterThan(90);
    // Its own tests are in another file.
    expect(linesRun('pin-field.ts')).toBeLessThan(50);
    expect(Object.keys(summary).filter((file) => file.endsWith('.spec.ts'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
