import { Explained } from '../bootstrap/terminal.mjs';
import { makePackage } from '../package/make-package.js';

/** npm run package. @returns the exit status */
export default async function packageCommand([directory, ...others]: readonly string[]): Promise<number> {
  if (others.length > 0 || directory?.startsWith('-')) throw new Explained('It takes one directory at most.');
  await makePackage(directory);
  return 0;
}
