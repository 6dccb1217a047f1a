import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { build as esbuild } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build as vite } from 'vite';
import { PROJECT_ROOT } from '../support/project-root.js';
import { tableRows } from '../docs/markdown-table.js';
import { faultsOf, SET_UPS } from './compile.js';
import { InstalledClient } from './installed-client.js';

type Client = typeof import('#libs/client');

/** What is at most asked of a page before the first PIN is entered, bytes. */
const MOST_GZIPPED = 4_000;
/** Inside the repository alone. */
const INNER = ['cli', 'pin-block'];

const root = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
};
let installed: InstalledClient;
let folder: string;
let manifest: Readonly<Record<string, unknown>> & { readonly exports: object };
let entries: readonly string[];

beforeAll(async () => {
  installed = await InstalledClient.make();
  folder = join(installed.project, 'node_modules/@pinward/client');
  manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as typeof manifest;
  entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'));
});
afterAll(() => installed[Symbol.dispose]());

const nameOf = (entry: string) => entry.replace(/^\./, '@pinward/client');

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { n = '', e = '' } = pair.publicKey.export({ format: 'jwk' });
const key = {
  kid: 'a',
  kty: 'RSA',
  alg: 'RSA-OAEP-256',
  use: 'enc',
  n,
  e,
  current: true,
  expiresAt: null,
} as const;

/** What it encrypts, opened with the key. */
async function encryptedBy({ encryptPinFor }: Pick<Client, 'encryptPinFor'>): Promise<string> {
  const card = { pinAccount: '987654321098', cardId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' };
  const { ciphertext } = await encryptPinFor({ pin: '1234', ...card, key });
  const options = { key: pair.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  return privateDecrypt(options, Buffer.from(ciphertext, 'base64url')).toString('hex').toUpperCase();
}

/** PIN block and card binding of docs/pin-envelope.md. */
const FIELD = /^0412AC89ABCDEF67[0-9A-F]{16}$/;

/** As a page would have it. @returns the file */
async function bundled(name: string, text: string): Promise<string> {
  const outfile = join(installed.project, `${name}.bundled.mjs`);
  const entryPoints = [installed.file(`${name}.js`, text)];
  await esbuild({ entryPoints, outfile, bundle: true, minify: true, format: 'esm', platform: 'browser' });
  return outfile;
}

const gzipped = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length;

describe('@pinward/client, packed', () => {
  it('is in the order that publint asks for', async () => {
    const { buffer } = Uint8Array.from(readFileSync(installed.tarball));
    const { messages } = await publint({ pack: { tarball: buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that are not wrong, for every way to resolve them', async () => {
    const analysis = await checkPackage(
      createPackageFromTarballData(Uint8Array.from(readFileSync(installed.tarball))),
    );
    expect(analysis).toMatchObject({ types: { kind: 'included' }, problems: [] });
  });

  it('depends on nothing and has the version of the service', () => {
    expect(Object.keys(manifest).filter((member) => /dependencies/i.test(member))).toEqual([]);
    expect(manifest).toMatchObject({ name: '@pinward/client', version: root.version, type: 'module' });
    const others = readdirSync(join(installed.project, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(others).toEqual(['@pinward']);
  });

  it('has every entry of the sources, and no file besides what they need', () => {
    const sources = readdirSync(join(PROJECT_ROOT, 'libs/client/src'), { withFileTypes: true });
    const names = sources.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const open = names.filter((name) => !INNER.includes(name)).map((name) => `./${name}`);
    expect(entries).toEqual(expect.arrayContaining(['.', ...open]));
    expect(readdirSync(folder).toSorted()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /spec|\.map$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  });

  it('is packed by npm itself from a checkout as well', () => {
    const cwd = join(PROJECT_ROOT, 'libs/client');
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json'], {
      cwd,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const [{ files }] = JSON.parse(listed.slice(listed.indexOf('[\n'))) as [
      { files: readonly { path: string }[] },
    ];
    const here = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const paths = here.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
    expect(files.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
  });
});

describe('@pinward/client, installed into an empty project', () => {
  it('is imported', async () => {
    const file = installed.file('esm.mjs', `export { encryptPinFor } from '@pinward/client';`);
    expect(await encryptedBy((await import(pathToFileURL(file).href)) as Client)).toMatch(FIELD);
  });

  it('is required', async () => {
    const load = createRequire(join(installed.project, 'cjs.cjs'));
    expect(await encryptedBy(load(nameOf('.')) as Client)).toMatch(FIELD);
  });

  it('is loaded entry by entry by Node.js alone, with the same exports in both ways', () => {
    const imports = entries.map((entry, index) => `import * as e${index} from '${nameOf(entry)}';`).join('');
    const required = entries.map((entry) => `require('${nameOf(entry)}')`).join();
    const program = `import { createRequire } from 'node:module'; ${imports}
      const require = createRequire(import.meta.url);
      const names = (modules) => JSON.stringify(modules.map((module) => Object.keys(module).sort()));
      const imported = [${entries.map((_, index) => `e${index}`).join()}];
      if (names(imported) !== names([${required}])) throw new Error('the two differ');
      console.log(imported.every((module) => Object.keys(module).length > 0));`;
    const file = installed.file('both.mjs', program);
    expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('true\n');
  });

  it.each(Object.entries(SET_UPS))('has types for %s', (name, options) => {
    const isNode = name.endsWith('Node.js');
    const elsewhere = isNode ? ['./card-details', './frame', './pin-pad'] : ['./backend', './operators'];
    const seen = entries.filter((entry) => !elsewhere.includes(entry));
    const uses = `
      const envelope: Promise<EncryptedPin> = encryptPin({
        pin: '4071', pinAccount: '987654321098', cardId: '', keySet: { keys: [] }, manifestPins: ['x'], crypto });
      // @ts-expect-error: a PIN is text
      void encryptPin({ pin: 4071, pinAccount: '', cardId: '', keySet: { keys: [] }, manifestPins: [] });
      void envelope;`;
    const all = seen.map((entry, index) => `import * as e${index} from '${nameOf(entry)}'; void e${index};`);
    const text = `import { encryptPin, type EncryptedPin } from '@pinward/client'; ${all.join(' ')} ${uses}`;
    const endings = options.module === SET_UPS['a bundler, in browsers'].module ? ['ts'] : ['mts', 'cts'];
    const files = endings.map((ending) => installed.file(`${isNode ? 'node' : 'page'}.${ending}`, text));
    expect(faultsOf(files, { ...options, typeRoots: [join(PROJECT_ROOT, 'node_modules/@types')] })).toEqual(
      [],
    );
  });

  it('is bundled by esbuild', async () => {
    const file = await bundled('esbuild', `export { encryptPinFor } from '@pinward/client';`);
    expect(await encryptedBy((await import(pathToFileURL(file).href)) as Client)).toMatch(FIELD);
  });

  it('is bundled by vite', async () => {
    const entry = installed.file('vite.js', `export { encryptPinFor } from '@pinward/client';`);
    const outDir = join(installed.project, 'vite');
    const lib = { entry, formats: ['es' as const], fileName: () => 'bundled.mjs' };
    await vite({
      configFile: false,
      root: installed.project,
      logLevel: 'silent',
      build: { lib, outDir, minify: true },
    });
    expect(
      await encryptedBy((await import(pathToFileURL(join(outDir, 'bundled.mjs')).href)) as Client),
    ).toMatch(FIELD);
  });

  it('weighs what docs/client.md says, and encryptPin at most 4 kB', async () => {
    const rows = tableRows(readFileSync(join(PROJECT_ROOT, 'docs/client.md'), 'utf8'));
    const told = rows.flatMap(([code = '', weight = '']) => {
      const [, names, entry] = /^`(.+)` of `(@pinward\/client.*)`$/.exec(code) ?? [];
      return names === undefined ? [] : [{ names, entry, weight }];
    });
    expect(told.map(({ names }) => names)).toContain('encryptPin');
    for (const [index, { names, entry, weight }] of told.entries()) {
      const bytes = gzipped(await bundled(`weight${index}`, `export { ${names} } from '${entry}';`));
      expect(weight, names).toBe(`${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`);
      if (names === 'encryptPin') expect(bytes).toBeLessThanOrEqual(MOST_GZIPPED);
    }
  });
});
