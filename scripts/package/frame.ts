// The page that is hosted on an origin of its own and shows the PIN pad to the pages it is told to (docs/pin-pad.md).
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { ROOT } from '../bootstrap/paths.mjs';

const PAGE = join(ROOT, 'libs/client/src/frame/page');

/** Files that are served as they stand; the last one names who may embed the page, and at first that is nobody. */
const AS_THEY_ARE = ['index.html', 'frame.css', 'pinward-frame.json'];

/** @param folder which is made, or added to */
export async function buildFrame(folder: string): Promise<void> {
  const bundler = await rolldown({
    cwd: ROOT,
    input: join(PAGE, 'frame.ts'),
    platform: 'browser',
    tsconfig: join(ROOT, 'tsconfig.build.json'),
    transform: { target: 'es2022' },
  });
  try {
    mkdirSync(folder, { recursive: true });
    await bundler.write({ file: join(folder, 'frame.js'), format: 'esm', minify: true });
  } finally {
    await bundler.close();
  }
  for (const file of AS_THEY_ARE) cpSync(join(PAGE, file), join(folder, file));
}
