import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { PROJECT_ROOT } from '../support/project-root.js';

const CRUISER = join(PROJECT_ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const FOLDER = '^(apps|libs)/[^/]+';
const MOST_BYTES = 16 * 1024 * 1024;

/** What each app and library imports, sorted: "libs/pin" → "libs/hsm", … */
type Imports = ReadonlyMap<string, readonly string[]>;

interface Cruised {
  readonly modules: readonly {
    readonly source: string;
    readonly dependencies: readonly { readonly resolved: string }[];
  }[];
}

/** Of the code without its specs, types included, as the import boundaries see it. */
export async function readImports(): Promise<Imports> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      CRUISER,
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'json',
      '--collapse',
      FOLDER,
      '--include-only',
      '^(apps|libs)/',
      '--exclude',
      '\\.spec\\.ts$',
      'apps',
      'libs',
    ],
    { cwd: PROJECT_ROOT, maxBuffer: MOST_BYTES },
  );
  const { modules } = JSON.parse(stdout) as Cruised;
  return new Map(
    modules
      .map(({ source, dependencies }): [string, string[]] => [
        source,
        [...new Set(dependencies.map(({ resolved }) => resolved))]
          .filter((resolved) => resolved !== source)
          .toSorted(),
      ])
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** docs/import-graph.md, as these imports have it. */
export async function importGraphPage(imports: Imports): Promise<string> {
  const rows = [...imports].map(
    ([folder, imported]) =>
      `| \`${folder}\` | ${imported.map((name) => nameOf(name)).join(', ') || 'nothing'} |`,
  );
  const page = `# Import graph

Which library imports which, written by a script and held to the code by a test
(\`npm test -- test/docs/import-graph.spec.ts\`; with \`--update\` it writes this page anew). Who _may_ import whom, and why, is in
\`.dependency-cruiser.mjs\`.

An arrow that others imply is left out of the picture: what is imported by something further down may be imported directly as
well. The table has all.

\`\`\`mermaid
flowchart TD
${[...arrows(imports)].map(([from, to]) => `  ${nameOf(from)} --> ${nameOf(to)}`).join('\n')}
\`\`\`

| | imports |
|---|---|
${rows.join('\n')}
`;
  return await format(page, {
    ...(await resolveConfig(join(PROJECT_ROOT, 'docs/x.md'))),
    parser: 'markdown',
  });
}

/** Without those that a longer way implies. */
function* arrows(imports: Imports): Generator<readonly [string, string]> {
  for (const [folder, imported] of imports) {
    for (const target of imported) {
      const detours = imported.filter((other) => other !== target && reaches(imports, other, target));
      if (detours.length === 0) yield [folder, target];
    }
  }
}

function reaches(imports: Imports, from: string, target: string): boolean {
  const next = imports.get(from) ?? [];
  return next.includes(target) || next.some((other) => reaches(imports, other, target));
}

function nameOf(folder: string): string {
  return folder.replace(/^libs\//, '').replace(/^apps\//, '');
}
