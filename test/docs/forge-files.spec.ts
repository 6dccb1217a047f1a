import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import {
  COMPILER_PACKAGES,
  EXTRA_PACKAGES,
  TOKEN_PACKAGES,
} from '../../scripts/bootstrap/system-packages.mjs';
import { commandNames } from '../../scripts/bootstrap/commands.mjs';
import { PROJECT_ROOT } from '../support/project-root.js';

const read = (name: string) => readFileSync(join(PROJECT_ROOT, name), 'utf8');
const json = (name: string) => JSON.parse(read(name)) as unknown;
const isThere = (name: string) => existsSync(join(PROJECT_ROOT, name));
const manifest = json('package.json') as Readonly<Record<string, Readonly<Record<string, string>>>>;
const dependencies = Object.keys({
  ...manifest['dependencies'],
  ...manifest['devDependencies'],
  ...manifest['optionalDependencies'],
});

describe('package.json', () => {
  it('has every command of the bootstrap, and no other', () => {
    const scripts = manifest['scripts'] ?? {};
    expect(Object.keys(scripts).toSorted()).toEqual([...commandNames()].toSorted());
    for (const [name, line] of Object.entries(scripts))
      expect(line).toBe(`node scripts/bootstrap.mjs ${name}`);
  });
});

describe('.devcontainer/devcontainer.json', () => {
  const container = json('.devcontainer/devcontainer.json') as Readonly<Record<string, string>>;

  it('has Node.js 24 and every Debian package that a command may ask for', () => {
    expect(container['image']).toMatch(/javascript-node:24-bookworm$/);
    const [, installed = ''] = /--no-install-recommends (.*)$/.exec(container['onCreateCommand'] ?? '') ?? [];
    const wanted = [...COMPILER_PACKAGES, ...TOKEN_PACKAGES, ...EXTRA_PACKAGES];
    expect(installed.split(' ').toSorted()).toEqual(wanted.toSorted());
  });

  it('begins with a command that exists', () => {
    expect(container['postCreateCommand']).toBe('npm run build');
  });
});

describe('.vscode/launch.json', () => {
  const { configurations, compounds } = json('.vscode/launch.json') as {
    readonly configurations: readonly Readonly<Record<string, unknown>>[];
    readonly compounds: readonly { readonly configurations: readonly string[] }[];
  };
  const names = configurations.map(({ name }) => name);

  it('attaches where npm run dev -- --inspect listens, and runs the open test file', () => {
    expect(configurations.map(({ port }) => port)).toEqual([9229, 9230, undefined]);
    expect(configurations.at(-1)).toMatchObject({
      runtimeExecutable: 'npm',
      runtimeArgs: ['test', '--', '${relativeFile}', '--testTimeout=0', '--hookTimeout=0'],
    });
    for (const { outFiles } of configurations.slice(0, 2))
      expect(outFiles).toEqual(['${workspaceFolder}/dist/**/*.js']);
  });

  it('puts together configurations that are there', () => {
    expect(
      compounds.flatMap((compound) => compound.configurations).filter((name) => !names.includes(name)),
    ).toEqual([]);
  });
});

describe('.github', () => {
  it('runs .ci/run on a clean checkout, and may write nothing', () => {
    const workflow = load(read('.github/workflows/ci.yml')) as {
      readonly on: object;
      readonly permissions: object;
      readonly jobs: Readonly<
        Record<string, { readonly container: string; readonly steps: readonly object[] }>
      >;
    };
    expect(workflow.on).toHaveProperty('pull_request');
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const { container, steps } = workflow.jobs['run'] ?? { container: '', steps: [] };
    expect(container).toMatch(/^node:24-bookworm$/);
    expect(steps).toEqual([
      { uses: expect.stringMatching(/^actions\/checkout@/), with: { 'persist-credentials': false } },
      { run: '.ci/run' },
    ]);
    expect(statSync(join(PROJECT_ROOT, '.ci/run')).mode & 0o111).not.toBe(0);
  });

  it.each(globSync('.github/ISSUE_TEMPLATE/*.yml', { cwd: PROJECT_ROOT }))('%s is a form', (name) => {
    const form = load(read(name)) as {
      readonly name: string;
      readonly description: string;
      readonly body: readonly { readonly type: string; readonly id?: string; readonly attributes: object }[];
    };
    expect(form).toMatchObject({ name: expect.any(String), description: expect.any(String) });
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    const ids = fields.map(({ id }) => id);
    expect(new Set(ids).size).toBe(fields.length);
    for (const { attributes } of fields) expect(attributes).toHaveProperty('label');
    const types = ['markdown', 'input', 'textarea', 'dropdown'];
    expect(form.body.filter(({ type }) => !types.includes(type))).toEqual([]);
  });

  it('asks of a change only what there is', () => {
    const template = read('.github/PULL_REQUEST_TEMPLATE.md');
    const links = [...template.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !isThere(path))).toEqual([]);
    for (const [, name = ''] of template.matchAll(/`npm (?:run )?([\w:]+)`/g))
      expect(commandNames()).toContain(name);
  });

  it('has owners for paths that are there, and for all', () => {
    const rules = read('.github/CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split(/\s+/));
    expect(rules[0]?.[0]).toBe('*');
    expect(
      rules.filter(
        ([, ...owners]) => owners.length === 0 || owners.some((owner) => !/^@[\w-]+\/[\w-]+$/.test(owner)),
      ),
    ).toEqual([]);
    const paths = rules.slice(1).map(([path = '']) => path);
    expect(paths.filter((path) => !path.startsWith('/') || !isThere(path.slice(1)))).toEqual([]);
  });
});

describe('renovate.json', () => {
  const renovate = json('renovate.json') as {
    readonly minimumReleaseAge: string;
    readonly packageRules: readonly {
      readonly matchPackageNames?: readonly string[];
      readonly minimumReleaseAge?: string;
    }[];
  };

  it('lets a version age for a week at least before it is proposed', () => {
    const ages = [renovate, ...renovate.packageRules].flatMap(
      ({ minimumReleaseAge = [] }) => minimumReleaseAge,
    );
    expect(ages.map((age) => Number(/^(\d+) days$/.exec(age)?.[1])).filter((days) => !(days >= 7))).toEqual(
      [],
    );
    expect(ages.length).toBeGreaterThan(1);
  });

  it('groups packages that the project has', () => {
    const patterns = renovate.packageRules.flatMap(({ matchPackageNames = [] }) => matchPackageNames);
    const matches = (pattern: string) => {
      const name = pattern.replace(/^!/, '');
      if (name.startsWith('/'))
        return dependencies.some((other) => new RegExp(name.slice(1, -1)).test(other));
      const [folder, rest] = name.split('**');
      return dependencies.some((other) => (rest === '' ? other.startsWith(folder ?? '') : other === name));
    };
    expect(patterns.length).toBeGreaterThan(8);
    expect(patterns.filter((pattern) => !matches(pattern))).toEqual([]);
  });
});

describe('.editorconfig', () => {
  it('agrees with prettier', () => {
    const [, general = ''] = read('.editorconfig').split('[*]\n');
    const { printWidth } = json('.prettierrc.json') as { readonly printWidth: number };
    const said = Object.fromEntries(
      (general.split('\n[')[0] ?? '')
        .split('\n')
        .filter((line) => line.includes(' = '))
        .map((line) => line.split(' = ')),
    ) as Readonly<Record<string, string>>;
    expect(said).toMatchObject({
      max_line_length: String(printWidth),
      indent_style: 'space',
      indent_size: '2',
      end_of_line: 'lf',
    });
  });
});

describe('.git-blame-ignore-revs', () => {
  it('has whole hashes and comments alone, each hash below what the commit did', () => {
    const lines = read('.git-blame-ignore-revs')
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.filter((line) => !/^(# .*|#|[0-9a-f]{40})$/.test(line))).toEqual([]);
    for (const [index, line] of lines.entries())
      if (!line.startsWith('#')) expect(lines[index - 1], line).toMatch(/^# /);
  });
});
