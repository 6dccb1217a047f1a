import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Report } from '../../scripts/bootstrap/test-outcome.mjs';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'pinward-reporter-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** A vitest run of its own, as npm test makes it. */
function reportOf(files: Readonly<Record<string, string>>): Report {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
  const file = join(directory, 'report.json');
  const reporter = resolve('scripts/bootstrap/test-reporter.mjs');
  spawnSync(
    process.execPath,
    [
      resolve('node_modules/vitest/vitest.mjs'),
      'run',
      '--globals',
      '--root',
      directory,
      `--reporter=${reporter}`,
    ],
    { env: { ...process.env, PINWARD_TEST_REPORT: file }, stdio: 'ignore' },
  );
  return JSON.parse(readFileSync(file, 'utf8')) as Report;
}

describe('the reporter of npm test', () => {
  it('counts passed, failed and skipped tests and files that broke', () => {
    const report = reportOf({
      'mixed.spec.js': `
        it('passes', () => {});
        it('fails', () => { throw new Error('on purpose'); });
        it.skip('is left out', () => {});
        it('needs a module', (context) => context.skip('no such module here'));`,
      'broken.spec.js': `throw new Error('cannot be loaded');`,
      'hook.spec.js': `beforeAll(() => { throw new Error('hook'); }); it('never runs', () => {});`,
    });
    expect(report).toMatchObject({ passed: 1, failed: 1, brokenFiles: 2 });
    expect(report.skipped).toContainEqual({
      name: 'mixed.spec.js > needs a module',
      note: 'no such module here',
    });
    expect(report.skipped).toContainEqual({ name: 'mixed.spec.js > is left out', note: null });
  });

  it('sees that nothing ran', () => {
    expect(
      reportOf({ 'empty.spec.js': `describe.skip('all', () => { it('a', () => {}); });` }),
    ).toMatchObject({
      passed: 0,
      failed: 0,
    });
  });
});
