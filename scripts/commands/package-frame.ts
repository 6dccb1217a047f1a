import { relative, resolve } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { Explained } from '../bootstrap/terminal.mjs';
import { buildFrame } from '../package/frame.js';

/** npm run package:frame. @returns the exit status */
export default async function packageFrame([
  directory = 'release/frame',
  ...others
]: readonly string[]): Promise<number> {
  if (others.length > 0 || directory.startsWith('-')) throw new Explained('It takes one directory at most.');
  const folder = resolve(ROOT, directory);
  await buildFrame(folder);
  console.log(relative(process.cwd(), folder));
  return 0;
}
