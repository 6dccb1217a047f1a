import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { PROJECT_ROOT } from '../support/project-root.js';

const SOURCES = join(PROJECT_ROOT, 'libs/client/src');

/** The package's doors, as a page imports them. */
const DOORS = Object.fromEntries(
  ['pin-pad', 'card-details', 'frame', 'reveal'].map((door) => [
    `@pinward/client/${door}`,
    join(SOURCES, door, 'index.ts'),
  ]),
);

/** What a bundler makes of a page's module. @param without modules that are left out, to see what the rest weighs */
export async function bundleForWeb(code: string, without: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pinward-web-'));
  try {
    const input = join(folder, 'page.js');
    writeFileSync(input, code);
    const external = without.map((name) => join(SOURCES, name));
    const bundler = await rolldown({
      input,
      cwd: PROJECT_ROOT,
      platform: 'browser',
      external,
      resolve: { alias: DOORS },
      tsconfig: false,
      transform: { target: 'es2023' },
    });
    const { output } = await bundler.generate({ format: 'esm', minify: true });
    await bundler.close();
    return output[0].code;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes, as a server sends it. */
export const gzipped = (code: string) => gzipSync(code, { level: 9 }).length;
