import { Explained } from '../bootstrap/terminal.mjs';
import { makeClientPackage, prepareClientPackage } from '../package/client-package.js';

/** npm run package:client. @returns the exit status */
export default async function packageClient([where, ...others]: readonly string[]): Promise<number> {
  if (where === '--here' && others.length === 0) {
    await prepareClientPackage();
    return 0;
  }
  if (others.length > 0 || where?.startsWith('-')) throw new Explained('It takes one directory at most.');
  await makeClientPackage(where);
  return 0;
}
