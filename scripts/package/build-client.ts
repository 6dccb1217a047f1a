// Compiles libs/client into the files that its package.json promises.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';
import { buildFrame } from './frame.js';

export const CLIENT = join(ROOT, 'libs/client');
const SOURCES = join(CLIENT, 'src');
/** What its package.json calls the compiled files. */
const COMPILED = './dist/';

/** ES modules, and CommonJS for those who cannot load them. */
const FORMATS = [
  { format: 'esm', js: 'js', declaration: 'd.ts' },
  { format: 'cjs', js: 'cjs', declaration: 'd.cts' },
] as const;

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly default: string } }>>;
  readonly bin?: Readonly<Record<string, string>>;
}

export function clientManifest(): Manifest {
  return JSON.parse(readFileSync(join(CLIENT, 'package.json'), 'utf8')) as Manifest;
}

/**
 * The list of entry points is that of package.json: `./dist/webhooks/index.js` is made of `src/webhooks/index.ts`. What
 * several of them use is written once.
 *
 * @param folder of the package
 */
export async function buildClient(folder: string): Promise<void> {
  const dist = join(folder, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const bundler = await rolldown({
    cwd: CLIENT,
    input: inputs(),
    platform: 'neutral',
    external: /^node:/,
    tsconfig: join(ROOT, 'tsconfig.build.json'),
    transform: { target: 'es2022' },
    onLog: (_, { code, message }) => {
      // The package depends on nothing.
      if (code === 'UNRESOLVED_IMPORT') throw new Explained(message);
    },
  });
  try {
    for (const { format, js } of FORMATS)
      await bundler.write({
        dir: dist,
        format,
        entryFileNames: `[name].${js}`,
        chunkFileNames: `parts/[name]-[hash].${js}`,
      });
  } finally {
    await bundler.close();
  }
  writeDeclarations(dist);
  await buildFrame(join(dist, 'frame/hosted'));
}

/** @returns the source of each compiled file, without its ending */
function inputs(): Record<string, string> {
  const { exports, bin = {} } = clientManifest();
  const targets = [
    ...Object.values(exports).flatMap((target) =>
      typeof target === 'string' ? [] : [target.import.default],
    ),
    ...Object.values(bin),
  ];
  const names = targets.map((target) => target.slice(COMPILED.length).replace(/\.js$/, ''));
  return Object.fromEntries(names.map((name) => [name, join(SOURCES, `${name}.ts`)]));
}

/** One beside another as the sources are, for each kind of module. */
function writeDeclarations(dist: string): void {
  const program = ts.createProgram({
    rootNames: Object.values(inputs()),
    options: {
      declaration: true,
      emitDeclarationOnly: true,
      strict: true,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: ['node'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      rootDir: SOURCES,
      outDir: dist,
    },
  });
  const { diagnostics } = program.emit(undefined, (path, text) => {
    for (const { js, declaration } of FORMATS) {
      const file = path.replace(/d\.ts$/, declaration);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text.replaceAll(/(from |import\()(["']\..*?)\.js(["'])/g, `$1$2.${js}$3`));
    }
  });
  const [fault] = diagnostics;
  if (fault !== undefined) throw new Explained(ts.flattenDiagnosticMessageText(fault.messageText, '\n'));
}
