import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../support/project-root.js';

const STRYKER = join(PROJECT_ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const FILE = 'libs/hsm/src/evaluation/sealed-form.ts';

/** All of them are made by `npm run evidence -- mutants`, which takes long: here those of one file, judged by its own spec. */
it('mutants are made, and most of them are noticed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pinward-mutants-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        STRYKER,
        'run',
        'test/mutants/stryker.config.mjs',
        '--reporters',
        'clear-text',
        '--concurrency',
        '1',
        '--mutate',
        FILE,
        '--testFiles',
        FILE.replace('.ts', '.spec.ts'),
        '--tempDirName',
        folder,
      ],
      { cwd: PROJECT_ROOT },
    );
    const row = stdout.split('\n').find((line) => line.startsWith(' sealed-form.ts ')) ?? '';
    const [score = 0, , killed = 0, , survived = 0] = row.split('|').slice(1).map(Number);
    expect(killed).toBeGreaterThan(20);
    expect(survived).toBeLessThan(killed / 2);
    expect(score).toBeGreaterThan(60);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
