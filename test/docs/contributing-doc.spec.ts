import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Checkout, type Program } from '../scripts/checkout.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { codeBlocks, commandLines } from './code-lines.js';

const page = readFileSync(join(PROJECT_ROOT, 'CONTRIBUTING.md'), 'utf8');

const SECTIONS = ['Set up, check, test', 'The quick loop', 'Commits and decisions'];
const lines = SECTIONS.flatMap((title) =>
  commandLines(page.split(`## ${title}\n`)[1]?.split('\n## ')[0] ?? ''),
);
const lineWith = (words: string): string => {
  const [line, ...others] = lines.filter((candidate) => candidate.includes(words));
  if (line === undefined || others.length > 0)
    throw new Error(`not one line with ${words}: ${lines.join('; ')}`);
  return line;
};

const SPIED = lineWith('pkcs11-spy');
const PSQL = lineWith('psql ');
const ONE_UNIT_TEST = lineWith('npm run test:unit -- ');
const ONE_TEST = lineWith('npm test -- ');
const VERIFY = lineWith('audit verify');
const EXPORT = lineWith('audit export');
const BLAME = lineWith('git config');
const [WATCHED = '', ...otherSql] = codeBlocks(page, 'sql');

/** Run below, or by a test of their own. */
const RUN_HERE = [SPIED, PSQL, ONE_UNIT_TEST, ONE_TEST, VERIFY, EXPORT, BLAME];
const RUN_ELSEWHERE = [
  'npm start',
  'npm run dev',
  'npm run test:unit',
  'npm test',
  'npm run check',
  'npm run demo',
  'npm run docs',
  'npm run package',
  'npm run package:client',
  'npm run package:frame',
  'npm run bench',
  'npm run evidence',
];

describe('CONTRIBUTING.md', () => {
  it('has no command that no test runs, and none that does not exist', () => {
    expect(lines.toSorted()).toEqual([...RUN_HERE, ...RUN_ELSEWHERE].toSorted());
    expect(otherSql).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    for (const line of RUN_ELSEWHERE) expect(scripts).toHaveProperty([line.replace(/^npm (run )?/, '')]);
  });

  it('names files that are there', () => {
    const named = [...page.matchAll(/`((?:\.?[\w-]+\/)*\.?[\w-]+\.(?:json|ts|mjs|md|yml))`/g)].map(
      ([, name = '']) => name,
    );
    const paths = named.filter((name) => name.includes('/') && !name.startsWith('var/'));
    expect(paths).toContain('.vscode/launch.json');
    expect(paths.filter((name) => !existsSync(join(PROJECT_ROOT, name)))).toEqual([]);
  });
});

describe('the commands of CONTRIBUTING.md', { timeout: 180_000 }, () => {
  let checkout: Checkout;
  let dev: Program;

  beforeAll(async () => {
    checkout = new Checkout();
    dev = checkout.run(SPIED);
    await dev.says(/waiting for a change/);
  });
  afterAll(async () => {
    await checkout[Symbol.asyncDispose]();
  });

  it('write down what the module is asked', (context) => {
    if (!existsSync('/usr/lib/x86_64-linux-gnu/pkcs11-spy.so'))
      context.skip('opensc-pkcs11 is not installed');
    expect(readFileSync(checkout.file('var/spy.log'), 'utf8')).toMatch(/C_Login[^]*C_FindObjectsInit/);
  });

  it('start the service again as changes are saved, with the data that were there', async () => {
    await dev.interrupt();
    dev = checkout.run('npm run dev');
    await dev.says(/waiting for a change/);
    expect(await checkout.get('/health/ready')).toContain('"ready"');
  });

  it('open the database with psql, and watch the audit trail there', async (context) => {
    if (!existsSync('/usr/bin/psql')) context.skip('postgresql-client is not installed');
    expect(await checkout.output(PSQL, '\\conninfo\n\\dt audit_events\n')).toMatch(
      /user "pinward_service"[^]*public \| audit_events/,
    );
    const watching = checkout.run(PSQL);
    const shown = watching.says(/service\.start/);
    watching.child.stdin?.write(WATCHED);
    await shown;
    watching.child.stdin?.end(); // Ctrl-C ends \watch alone
    await watching.interrupt();
    expect(watching.said()).not.toContain('ERROR');
  });

  it('verify the audit trail and print it', async () => {
    expect(await checkout.output(VERIFY)).toMatch(/\S/);
    const [first = ''] = (await checkout.output(EXPORT)).split('\n');
    expect(JSON.parse(first)).toMatchObject({
      leaf: expect.any(Number),
      event: { action: expect.any(String) },
    });
  });

  it('run one test file, and one test of it', async () => {
    expect(await checkout.output(ONE_UNIT_TEST)).toMatch(/^\d+ passed, 0 failed$/m);
    const one = await checkout.output(ONE_TEST);
    expect(one).toMatch(/^[1-9]\d* passed, 0 failed, [1-9]\d* skipped$/m);
  });

  it('let git blame look through commits that only move', async () => {
    await checkout.commit();
    await checkout.output(`${BLAME} && sed -i 's/^/ /' package.json && git commit -qam moved`);
    const moved = (await checkout.output('git rev-parse HEAD')).trim();
    const blame = () => checkout.output('git blame -s -l package.json');
    expect(await blame()).toContain(moved);
    await checkout.output('git rev-parse HEAD >> .git-blame-ignore-revs');
    expect(await blame()).not.toContain(moved);
  });
});
