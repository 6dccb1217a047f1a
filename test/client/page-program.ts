import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { PROJECT_ROOT } from '../support/project-root.js';

const CLIENT = join(PROJECT_ROOT, 'libs/client/src');

/** The programs that a page shows, each a code block that names its file, in a folder of their own. */
export class PagePrograms implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinward-page-'));
  readonly texts: ReadonlyMap<string, string>;

  constructor(page: string, ...packages: readonly string[]) {
    const blocks = readFileSync(join(PROJECT_ROOT, page), 'utf8').matchAll(
      /^```[jt]s\n(\/\/ ([\w-]+\.[jt]s)\n.*?)^```$/gms,
    );
    this.texts = new Map([...blocks].map(([, text = '', name = '']) => [name, text]));
    for (const [name, text] of this.texts) writeFileSync(join(this.folder, name), text);
    mkdirSync(join(this.folder, 'node_modules'));
    for (const name of packages)
      symlinkSync(join(PROJECT_ROOT, 'node_modules', name), join(this.folder, 'node_modules', name));
  }

  /** Makes programs that Node.js runs of all of them, and of the client's entries a file each that they share. */
  async bundle(): Promise<void> {
    const entries = {
      '@pinward/client/backend': join(CLIENT, 'backend/index.ts'),
      '@pinward/client': join(CLIENT, 'index.ts'),
    };
    const programs = [...this.texts.keys()].map((name) => [
      name.replace(/\.[jt]s$/, ''),
      join(this.folder, name),
    ]);
    const bundler = await rolldown({
      input: { ...Object.fromEntries(programs), backend: entries['@pinward/client/backend'] },
      platform: 'node',
      external: [/^undici$/],
      resolve: { alias: entries },
      cwd: PROJECT_ROOT,
    });
    await bundler.write({
      dir: this.folder,
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    await bundler.close();
  }

  /** @param name without its ending; "backend" for the client itself */
  async imported<Exports>(name: string): Promise<Exports> {
    return (await import(pathToFileURL(this.path(name)).href)) as Exports;
  }

  path(name: string): string {
    return join(this.folder, `${name}.mjs`);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
