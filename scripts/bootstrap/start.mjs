// @ts-check
import { existsSync } from 'node:fs';
import { findNode } from './node-runtime.mjs';
import { DIST, NODE_MODULES, SERVICE } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { run } from './processes.mjs';
import { hasProgram, runProgram } from './programs.mjs';
import { refuseSecondStart } from './start-lock.mjs';
import { TOKEN_PACKAGES } from './system-packages.mjs';
import { Explained } from './terminal.mjs';

/** @returns {Promise<number>} the exit status */
export async function start() {
  const environment = process.env.PINWARD_ENV ?? 'development';
  switch (environment) {
    case 'production':
    case 'rehearsal':
      return await startProduction();
    case 'development':
      return await startDevelopment('start', []);
    default:
      throw new Explained(
        `PINWARD_ENV is "${environment}": npm start knows development, rehearsal and production.`,
      );
  }
}

/** @param {readonly string[]} args @returns {Promise<number>} the exit status */
export async function dev(args) {
  const environment = process.env.PINWARD_ENV ?? 'development';
  if (environment !== 'development')
    throw new Explained(`PINWARD_ENV is "${environment}": npm run dev knows development alone.`);
  return await startDevelopment('dev', args);
}

/** @param {'start' | 'dev'} command @param {readonly string[]} args */
async function startDevelopment(command, args) {
  await refuseSecondStart();
  // Your own token may have its own module.
  const essential = process.env.PKCS11_TOKEN_LABEL ? [] : TOKEN_PACKAGES;
  // A command that waits for changes may begin with sources that do not compile.
  await prepare({ essential, compiled: command !== 'dev' || !hasProgram(command) || 'if it compiles' });
  return await runProgram(command, args);
}

/** Installs, compiles and migrates nothing: it runs what was built and delivered. */
async function startProduction() {
  if (!existsSync(NODE_MODULES) || !existsSync(DIST)) {
    throw new Explained(
      'PINWARD_ENV=production runs what is built, and nothing is. Build it first, where it may be built:\n' +
        '  npm run build',
    );
  }
  return await run(SERVICE, [], { env: { ...process.env, PINWARD_NODE: findNode() } });
}
