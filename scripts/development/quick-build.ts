import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown, type Plugin } from 'rolldown';
import { replaceDist } from '../bootstrap/build.mjs';
import { DELIVERED, INPUT, LEFT_IN_NODE_MODULES, OUTPUT, sourcesOf } from '../bootstrap/bundle.mjs';
import { CONSOLE } from '../bootstrap/console.mjs';
import { dependenciesHash } from '../bootstrap/dependencies.mjs';
import { NODE_MODULES, ROOT } from '../bootstrap/paths.mjs';

/** Compiled packages, one folder for each set of them. Inside node_modules, so that they are removed with those. */
const PACKAGES = join(NODE_MODULES, '.pinward-packages');
const SOURCES = ['apps', 'libs', 'scripts', 'softhsm'];
/** The programs that run a service, and npm run dev itself, which may begin with sources that do not compile. */
const PROGRAMS = [...DELIVERED, 'scripts/commands/dev'];
const MODULE = '\0package:';

/** `import Default, { Name, type Type } from 'package'`, or `import 'package'`. */
const IMPORT = /^import (?!type )(?:([^;']*?) from )?'([^'.#][^']*)';/gm;

/** The imported names of each package; `default` among them. */
type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Compiles the packages, which takes longest, before there is a change to compile. */
export async function prepareQuickBuild(): Promise<void> {
  await compiledPackages(importsOfPackages());
}

/**
 * Compiles the delivered programs to dist, in a quarter of the time of the whole build. Packages, which are nearly all
 * of its input, are compiled once and then imported. Nothing marks dist as current, so every other command builds it
 * completely.
 *
 * @param parts of dist besides the programs, as replaceDist takes them
 */
export async function quickBuild(parts?: Parameters<typeof replaceDist>[1]): Promise<void> {
  const imports = importsOfPackages();
  const packages = await compiledPackages(imports);
  await replaceDist(async (directory) => {
    const plugins = [fromCompiled(imports, packages)];
    await write({ ...INPUT, plugins, input: sourcesOf(PROGRAMS) }, { ...OUTPUT, dir: directory });
  }, parts);
}

function importsOfPackages(): Imports {
  const imports = new Map<string, Set<string>>();
  for (const file of SOURCES.flatMap(sourcesBelow)) {
    for (const [, clause = '', name = ''] of readFileSync(file, 'utf8').matchAll(IMPORT)) {
      if (name.startsWith('node:') || LEFT_IN_NODE_MODULES.test(name)) continue;
      const names = imports.get(name) ?? new Set();
      for (const imported of namesIn(clause)) names.add(imported);
      imports.set(name, names);
    }
  }
  return imports;
}

function namesIn(clause: string): readonly string[] {
  const [, braced = ''] = /\{([^}]*)\}/.exec(clause) ?? [];
  const values = braced.split(',').map((word) => word.trim());
  const named = values.filter((word) => word !== '' && !word.startsWith('type '));
  return [...named.map((word) => word.split(' as ')[0] ?? word), ...(/^\w/.test(clause) ? ['default'] : [])];
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => join(ROOT, folder, name))
    .filter((file) => !file.startsWith(join(ROOT, CONSOLE)));
}

/** @returns the folder with one file for each package, with `all` its exports */
async function compiledPackages(imports: Imports): Promise<string> {
  const names = [...imports.keys()].toSorted();
  const key = createHash('sha256')
    .update(`${dependenciesHash()} ${names.join(' ')}`)
    .digest('hex');
  const folder = join(PACKAGES, key.slice(0, 16));
  if (existsSync(folder)) return folder;
  rmSync(PACKAGES, { recursive: true, force: true });
  mkdirSync(PACKAGES, { recursive: true });
  const load = (id: string) => `import * as all from ${JSON.stringify(id)}; export { all };`;
  const input = Object.fromEntries(names.map((name) => [fileOf(name), MODULE + name]));
  const output = { dir: `${folder}.unfinished`, format: 'esm', keepNames: true } as const;
  await write(
    { ...INPUT, input, plugins: [packageModules(load)] },
    { ...output, entryFileNames: '[name].js' },
  );
  renameSync(`${folder}.unfinished`, folder);
  return folder;
}

function fileOf(name: string): string {
  return name.replaceAll('/', '_');
}

function packageModules(load: (name: string) => string): Plugin {
  return {
    name: 'packages',
    resolveId: (id) => (id.startsWith(MODULE) ? id : null),
    load: (id) => (id.startsWith(MODULE) ? load(id.slice(MODULE.length)) : null),
  };
}

/** Imports from a package come from its compiled file, for both kinds of modules. */
function fromCompiled(imports: Imports, folder: string): Plugin {
  const load = (name: string): string => {
    const file = pathToFileURL(join(folder, `${fileOf(name)}.js`)).href;
    const exported = [...(imports.get(name) ?? [])].map((imported) =>
      imported === 'default' ? 'export default all.default;' : `export const ${imported} = all.${imported};`,
    );
    return [`import { all } from ${JSON.stringify(file)};`, ...exported].join('\n');
  };
  return {
    ...packageModules(load),
    resolveId(id) {
      if (id.startsWith('file:')) return { id, external: true };
      return imports.has(id) ? MODULE + id : null;
    },
  };
}

async function write(
  input: Parameters<typeof rolldown>[0],
  output: Parameters<Awaited<ReturnType<typeof rolldown>>['write']>[0],
): Promise<void> {
  const bundler = await rolldown(input);
  try {
    await bundler.write(output);
  } finally {
    await bundler.close();
  }
}
