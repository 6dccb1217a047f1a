import { Explained } from '../bootstrap/terminal.mjs';
import { release } from '../release/release.js';

/** npm run release. @returns the exit status */
export default async function releaseCommand([version, ...others]: readonly string[]): Promise<number> {
  if (version === undefined || others.length > 0) throw new Explained('It takes one version, such as 1.2.3.');
  await release(version, new Date());
  return 0;
}
