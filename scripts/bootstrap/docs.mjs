// @ts-check
import { join } from 'node:path';
import { findNode } from './node-runtime.mjs';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { Explained } from './terminal.mjs';

/** Where docs/.vitepress/config.ts puts the site. */
const SITE = join(ROOT, 'var/site');

/** @param {readonly string[]} args @returns {Promise<number>} the exit status */
export async function buildDocs(args) {
  const [option, ...others] = args;
  if ((option !== undefined && option !== '--serve') || others.length > 0)
    throw new Explained('Usage: npm run docs [-- --serve]');
  const status = await program('vitepress/bin/vitepress.js', 'build', join(ROOT, 'docs'));
  if (status !== 0 || option === undefined) return status;
  // VitePress's own preview listens on every address of the machine.
  const where = ['--host', '127.0.0.1', '--port', process.env.PORT ?? '4173', '--strictPort'];
  return await program('vite/bin/vite.js', 'preview', '--outDir', SITE, ...where);
}

/** @param {string} file @param {readonly string[]} args */
async function program(file, ...args) {
  return await run(findNode(), [join(NODE_MODULES, file), ...args]);
}
