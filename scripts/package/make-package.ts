// Makes the installation for production: the compiled service and pinctl, the files of packages that are not compiled
// in, and the documents. Nothing is compiled or fetched on the target machine (ADR 0040).
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { BUNDLE, SQL_FUNCTIONS } from '../bootstrap/build.mjs';
import { buildConsole, CONSOLE_LICENCES } from '../bootstrap/console.mjs';
import { lock } from '../bootstrap/locks.mjs';
import { findNode } from '../bootstrap/node-runtime.mjs';
import { DIST, NODE_MODULES, PREPARATION_LOCK, ROOT } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/processes.mjs';
import { Explained, tell } from '../bootstrap/terminal.mjs';
import { licencesOf } from './third-party.js';

const KOFFI_NATIVE = `@koromix/koffi-linux-${process.arch}`;

/** The loaded files of packages that are not compiled in (bundle.mjs), besides their package.json and licence. */
const LOADED = {
  'jsonc-parser': ['lib/umd'],
  koffi: ['index.js', 'src/koffi/index.js', 'src/koffi/src/static.js'],
  [KOFFI_NATIVE]: ['index.js', `linux_${process.arch}/koffi.node`],
  piscina: ['dist'],
  pkcs11js: ['index.js', 'build/Release/pkcs11.node'],
  'swagger-ui-dist': ['index.js', 'absolute-path.js', 'swagger-ui.css', 'swagger-ui-bundle.js'],
};
const NOT_LOADED = /\.(d\.ts|d\.mts|map)$/;

const AS_IN_THE_REPOSITORY = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'apps/pin-service/bin',
  'apps/pinctl/bin',
  'deploy',
  'docs',
];
/** What the pages are made into a site with. */
const SITE = join(ROOT, 'docs/.vitepress');
const PROGRAMS = ['apps/pin-service/bin/pin-service', 'apps/pinctl/bin/pinctl'];

/** The time of every file, as in npm's archives, so that two archives are the same. */
const TIME = '1985-10-26T08:15:00Z';

/** Beside dist, at the same depth, so that stack traces name the sources as in the repository. */
const COMPILED = `${DIST}.delivered`;

/**
 * Writes the archive and its SHA-256 in the form of sha256sum, and prints the path.
 *
 * @param directory relative to the root
 */
export async function makePackage(directory = 'release'): Promise<void> {
  if (process.platform !== 'linux') throw new Explained('A package is made on Linux, where it is installed.');
  const held = await lock(PREPARATION_LOCK, (holder) => tell(`waiting for another command (pid ${holder})`));
  const work = mkdtempSync(join(tmpdir(), 'pinward-package-'));
  try {
    const name = `pinward-${manifest().version}-linux-${process.arch}`;
    await fill(join(work, name));
    const archive = join(resolve(ROOT, directory), `${name}.tar.gz`);
    await pack(work, name, archive);
    const bytes = readFileSync(archive);
    const digest = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${archive}.sha256`, `${digest}  ${basename(archive)}\n`);
    console.log(`${archive} (${(bytes.length / 1e6).toFixed(1)} MB)`);
  } finally {
    rmSync(work, { recursive: true, force: true });
    rmSync(COMPILED, { recursive: true, force: true });
    held.release();
  }
}

/** @param folder becomes the installation */
async function fill(folder: string): Promise<void> {
  tell('compiling');
  rmSync(COMPILED, { recursive: true, force: true });
  const status = await run(findNode(), [BUNDLE, COMPILED, 'delivered'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Explained('The project does not compile (see above).');
  await buildConsole(COMPILED);
  cpSync(COMPILED, join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, SQL_FUNCTIONS), join(folder, 'dist', SQL_FUNCTIONS), { recursive: true });
  for (const path of AS_IN_THE_REPOSITORY)
    cpSync(join(ROOT, path), join(folder, path), { recursive: true, filter: (source) => source !== SITE });
  for (const [name, files] of Object.entries(LOADED)) {
    for (const file of ['package.json', ...files]) {
      cpSync(join(NODE_MODULES, name, file), join(folder, 'node_modules', name, file), {
        recursive: true,
        filter: (source) => !NOT_LOADED.test(source),
      });
    }
  }
  mkdirSync(join(folder, 'bin'));
  for (const program of PROGRAMS) symlinkSync(`../${program}`, join(folder, 'bin', basename(program)));
  const ofTheConsole = readFileSync(join(folder, 'dist/console', CONSOLE_LICENCES), 'utf8');
  writeFileSync(
    join(folder, 'THIRD-PARTY.txt'),
    `${licencesOf(join(folder, 'dist'), Object.keys(LOADED))}\n${ofTheConsole}`,
  );
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(delivered(), null, 2)}\n`);
}

/** A file with the installation's root and version; npm does not use it. */
function delivered() {
  const { name, version, description, license, type } = manifest();
  return { name, version, private: true, description, license, type, engines: { node: '>=22.14' } };
}

function manifest(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<Record<string, string>>;
}

async function pack(parent: string, name: string, archive: string): Promise<void> {
  mkdirSync(dirname(archive), { recursive: true });
  const tar = `${join(parent, name)}.tar`;
  const steps = [
    [
      'tar',
      '--create',
      '--file',
      tar,
      '--directory',
      parent,
      '--format=ustar',
      '--sort=name',
      `--mtime=${TIME}`,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      name,
    ],
    ['gzip', '--no-name', '-9', tar],
  ];
  for (const [file = '', ...args] of steps) {
    const status = await run(file, args, { stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Explained(`${file} failed (exit status ${status}).`);
  }
  cpSync(`${tar}.gz`, archive);
}
