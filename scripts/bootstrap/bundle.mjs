// @ts-check
// Compiles the project; started by build.mjs on the Node that runs the project, which may be newer than the bootstrap's.
// npm run dev imports it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { ROOT } from './paths.mjs';

/**
 * The delivered programs that are started as a process or a worker. Each becomes a file of the same name below dist.
 */
export const DELIVERED = [
  'apps/pin-service/src/main',
  'apps/pinctl/src/main',
  'libs/hsm/src/host/host-main',
  'libs/hsm/src/host/worker-main',
  'libs/key-ceremony/src/acceptance/check-main',
];

/** Other programs that are started in the repository. */
const OTHERS = [
  'bench/main',
  'bench/raw/raw-main',
  'bench/raw/raw-worker',
  'scripts/commands/dev',
  'scripts/commands/package',
  'scripts/commands/package-client',
  'scripts/commands/package-frame',
  'scripts/commands/release',
  'scripts/commands/start',
  'scripts/demo',
  'scripts/envelope',
  'scripts/vectors',
  'softhsm/set-up-token',
  'test/rigs/hsm-parent',
  'test/rigs/telling-service',
  'test/rigs/token-maker',
];

/**
 * Packages that load a file of their own (native code, a worker, pages), or require something that a bundler cannot
 * see.
 */
export const LEFT_IN_NODE_MODULES =
  /^(autocannon|jsonc-parser|koffi|oidc-provider|pg-native|piscina|pkcs11js|rolldown|swagger-ui-dist|typescript|vite)(\/|$)/;

/** The directory of the programs' parts, below the output directory. */
const PARTS = 'parts';
const OF_OTHERS = 'packages';

/** @satisfies {import('rolldown').InputOptions} */
export const INPUT = {
  cwd: ROOT,
  platform: 'node',
  external: LEFT_IN_NODE_MODULES,
  tsconfig: 'tsconfig.build.json',
  transform: { target: 'es2023' },
  // Packages may ask for optional ones that are missing, and may use eval.
  onLog: (_, log) => {
    if (log.code === 'UNRESOLVED_IMPORT' && !/node_modules/.test(log.message)) throw new Error(log.message);
  },
};

/** @satisfies {import('rolldown').OutputOptions} */
export const OUTPUT = {
  format: 'esm',
  sourcemap: true,
  // The names of classes identify migrations, entities and errors.
  keepNames: true,
  entryFileNames: '[name].js',
  // Without the list of programs that share the part.
  chunkFileNames: ({ name }) => `${PARTS}/${name.split('~')[0]}-[hash].js`,
  codeSplitting: {
    groups: [
      { name: OF_OTHERS, test: /node_modules/, entriesAware: true },
      { name: 'pinward', entriesAware: true },
    ],
  },
};

/**
 * @param {readonly string[]} programs
 * @returns {Record<string, string>} the source of each
 */
export function sourcesOf(programs) {
  return Object.fromEntries(programs.map((name) => [name, join(ROOT, `${name}.ts`)]));
}

/**
 * Writes every program with the packages that it uses: a few files instead of 2,500, which take Node two seconds to
 * find and read. A program loads only the parts that it needs, so the HSM host contains no framework and no database.
 *
 * @param {string} directory where to
 * @param {readonly string[]} programs
 */
async function bundle(directory, programs) {
  const bundler = await rolldown({ ...INPUT, input: sourcesOf(programs) });
  try {
    const { output } = await bundler.write({ ...OUTPUT, dir: directory });
    dropMapsOfOthers(
      directory,
      output.map(({ fileName }) => fileName),
    );
  } finally {
    await bundler.close();
  }
}

/**
 * With --enable-source-maps Node reads every map at start. Those of the packages would take half a second, and their
 * sources are JavaScript anyway.
 *
 * @param {string} directory
 * @param {readonly string[]} files
 */
function dropMapsOfOthers(directory, files) {
  for (const file of files.filter(
    (name) => name.startsWith(`${PARTS}/${OF_OTHERS}`) && name.endsWith('.js'),
  )) {
    const path = join(directory, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n'));
    rmSync(`${path}.map`, { force: true });
  }
}

/** @param {readonly (string | undefined)[]} args */
async function main([directory, choice]) {
  if (directory === undefined || !['delivered', undefined].includes(choice))
    throw new Error('Usage: bundle.mjs DIRECTORY [delivered]');
  try {
    await bundle(directory, choice === 'delivered' ? DELIVERED : [...DELIVERED, ...OTHERS]);
  } catch (cause) {
    // Its message names the place and the file.
    process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.slice(2));
