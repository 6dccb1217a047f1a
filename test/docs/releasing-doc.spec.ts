import { execFileSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Checkout } from '../scripts/checkout.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { commandLines } from './code-lines.js';

const lines = commandLines(readFileSync(join(PROJECT_ROOT, 'docs/releasing.md'), 'utf8'));

/** These are about an archive, of whichever version. */
const PACKING = /package|sha256sum/;

describe('the steps of docs/releasing.md', { timeout: 180_000 }, () => {
  let checkout: Checkout;
  const read = (name: string) => readFileSync(checkout.file(name), 'utf8');
  beforeAll(async () => {
    checkout = new Checkout();
    await checkout.commit();
    await checkout.output('git init -q --bare ../origin.git-$$ && git remote add origin ../origin.git-$$');
  });
  afterAll(async () => {
    await checkout.output('rm -rf "$(git remote get-url origin)"');
    await checkout[Symbol.asyncDispose]();
  });

  it('are refused where something is missing, and then nothing is changed', async () => {
    const changelog = read('CHANGELOG.md');
    const [release = ''] = lines;
    writeFileSync(
      checkout.file('CHANGELOG.md'),
      changelog.replace('## [Unreleased]', '## [Unreleased]\n\n## [0.1.0]'),
    );
    await expect(checkout.output(release)).rejects.toThrow('There are changes that are not committed.');
    await checkout.output('git commit -qam "nothing is new"');
    await expect(checkout.output(release)).rejects.toThrow('CHANGELOG.md says nothing of what is new');
    await checkout.output('git reset -q --hard HEAD~1');
    await expect(checkout.output('npm run release -- 0.0.9')).rejects.toThrow(
      '"0.0.9" is no version after 0.1.0.',
    );
    await expect(checkout.output('npm run release -- 1.0')).rejects.toThrow(
      '"1.0" is no version after 0.1.0.',
    );
    expect(read('CHANGELOG.md')).toBe(changelog);
    expect(await checkout.output('git status --porcelain && git tag')).toBe('');
  });

  it('commit, tag and publish', async () => {
    for (const line of lines.filter((candidate) => !PACKING.test(candidate))) await checkout.output(line);
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(version).toBe('0.2.0');
    expect(JSON.parse(read('libs/client/package.json'))).toMatchObject({ version });
    const lock = JSON.parse(read('package-lock.json')) as {
      readonly version: string;
      readonly packages: Readonly<Record<string, { readonly version: string }>>;
    };
    expect([lock.version, lock.packages['']?.version]).toEqual(['0.2.0', '0.2.0']);
    expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### /m);
    expect(await checkout.output('git diff HEAD~1 --stat')).toContain('4 files changed');
    const published = await checkout.output('git ls-remote origin');
    const commit = (await checkout.output('git rev-parse HEAD')).trim();
    expect(published).toContain(`${commit}\trefs/heads/main`);
    expect(published).toContain(`${commit}\trefs/tags/v0.2.0^{}`);
    await expect(checkout.output(lines[0] ?? '')).rejects.toThrow('The tag v0.2.0 is there already.');
  });

  it('make an archive that is compared by its digest', async () => {
    const [pack = '', client, compare = '', ...others] = lines.filter((candidate) => PACKING.test(candidate));
    expect([client, others]).toEqual(['npm run package:client', []]);
    execFileSync('bash', ['-c', `${pack} -- ${checkout.file('release')}`], {
      cwd: PROJECT_ROOT,
      stdio: 'ignore',
    });
    const archive = readdirSync(checkout.file('release')).find((name) => name.endsWith('.tar.gz')) ?? '';
    expect(compare).toContain('pinward-0.2.0-linux-x64.tar.gz.sha256');
    const line = compare.replace('pinward-0.2.0-linux-x64.tar.gz', archive);
    expect(await checkout.output(line)).toBe(`${archive}: OK\n`);
    appendFileSync(checkout.file('release', archive), 'x');
    await expect(checkout.output(line)).rejects.toThrow('FAILED');
  });
});
