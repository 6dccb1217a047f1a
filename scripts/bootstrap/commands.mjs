// @ts-check
// The commands of package.json, what each needs, and what --help says of it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { buildDocs } from './docs.mjs';
import { makeMutants } from './mutants.mjs';
import { findNode } from './node-runtime.mjs';
import { DIST } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { run } from './processes.mjs';
import { runProgram } from './programs.mjs';
import { dev, start } from './start.mjs';
import { EXTRA_PACKAGES, TOKEN_PACKAGES } from './system-packages.mjs';
import { runTests } from './test-run.mjs';

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {string} synopsis
 * @property {readonly string[]} about
 * @property {(args: readonly string[]) => Promise<number>} run gives the exit status
 * @property {(args: readonly string[]) => Promise<number | undefined>} [help] lets the command explain itself, where
 *   it already can
 */

const TEST_NEEDS = { essential: /** @type {const} */ ([...TOKEN_PACKAGES, 'g++']), extra: EXTRA_PACKAGES };

/** @type {readonly Command[]} */
export const COMMANDS = [
  {
    name: 'start',
    synopsis: 'npm start',
    about: [
      'Runs the service on https://127.0.0.1:8443 with everything it needs: a SoftHSM2 token and a PostgreSQL of its',
      'own below var/, made on the first start and kept. Ctrl-C stops all of it.',
      '  PORT, HOST                        where to listen',
      '  DATABASE_URL                      another PostgreSQL; its owner in MIGRATION_DATABASE_URL',
      '  PKCS11_MODULE                     another module, such as pkcs11-spy, in front of the same token',
      '  PKCS11_TOKEN_LABEL, PKCS11_TOKEN_PIN(_FILE)   another token; keys are made if PKCS11_SO_PIN(_FILE) is given',
      '  PINWARD_NO_APT=1                  never install system packages',
      '  PINWARD_ENV=production            only run what is built, with the environment as it is',
    ],
    run: start,
  },
  {
    name: 'dev',
    synopsis: 'npm run dev [-- --inspect[=PORT]]',
    about: [
      'As npm start, with the same data and settings; compiles what was changed and starts the service again. A change of',
      'the console appears in the browser without that, at the address that it prints.',
      '  --inspect[=PORT]   lets a debugger attach to the service (9229) and to the HSM host with its workers (9230), or',
      '                     to PORT and the one after it; both on 127.0.0.1',
    ],
    run: dev,
  },
  {
    name: 'test',
    synopsis: 'npm test [-- VITEST OPTIONS AND FILTERS]',
    about: [
      'Runs the tests on a real PostgreSQL and a real SoftHSM2, and ends with a line of what passed and failed.',
      '  PINWARD_NO_APT=1   never install system packages; tests of optional PKCS#11 modules may be skipped',
    ],
    run: async (args) => {
      await prepare(TEST_NEEDS);
      return await runTests(['unit', 'integration*'], args);
    },
  },
  {
    name: 'test:unit',
    synopsis: 'npm run test:unit [-- VITEST OPTIONS AND FILTERS]',
    about: ['Runs the tests beside the sources: neither a database nor a token; a few seconds.'],
    run: async (args) => {
      await prepare({});
      return await runTests(['unit'], args);
    },
  },
  compiledScript('demo', '[-- OPTIONS]', 'scripts/demo.js', [
    'Walks through setting, validating, changing and locking a PIN, against the service that npm start runs.',
  ]),
  compiledScript('envelope', '--silent -- --card ID', 'scripts/envelope.js', [
    'Reads a PIN from standard input and prints the encrypted PIN as JSON, for curl. Needs a running npm start.',
  ]),
  compiledScript('pinctl', '--silent -- COMMAND [OPTIONS]', 'apps/pinctl/src/main.js', [
    "The operators' command line: clients, tenants, cards, audit trail. Uses DATABASE_URL(_FILE), else what npm start runs.",
  ]),
  compiledScript('vectors', '[-- OPTIONS]', 'scripts/vectors.js', [
    'Writes the test vectors of docs/vectors anew, and keeps what is random in them.',
  ]),
  compiledScript('bench', '[-- OPTIONS]', 'bench/main.js', [
    'Measures the token alone and then whole validate requests. --json FILE writes the figures.',
  ]),
  {
    name: 'evidence',
    synopsis: 'npm run evidence [-- --ci] [VITEST OPTIONS AND FILTERS]',
    about: [
      'Runs the long proofs: the PKCS#11 boundary, races and crashes by the hundred, the try counter by the thousand.',
      '  --ci   the same proofs in small amounts, as CI runs them',
      'npm run evidence -- mutants [--mutate FILE] instead changes the code in one small place at a time and looks whether a',
      'test fails: two hours for all, minutes for a file. Reports go into var/mutants/.',
    ],
    run: async (args) => {
      await prepare(TEST_NEEDS);
      if (args[0] === 'mutants') return await makeMutants(args.slice(1));
      const amount = args.includes('--ci') ? 'ci' : 'full';
      const others = args.filter((argument) => argument !== '--ci');
      return await runTests(['evidence*'], others, { PINWARD_EVIDENCE: amount });
    },
  },
  {
    name: 'console:screens',
    synopsis: 'npm run console:screens',
    about: [
      'Takes pictures of every page of the console, light and dark, wide and narrow, into var/console-screens/, and those that',
      'docs/console.md shows into docs/pictures/console/. It takes Chromium. Look at all of them afterwards.',
    ],
    run: async () => {
      await prepare(TEST_NEEDS);
      return await runTests(['integration*'], ['test/console/pictures.spec.ts'], {
        PINWARD_PICTURES: 'write',
      });
    },
  },
  {
    name: 'check',
    synopsis: 'npm run check',
    about: ['Formatting, types, lint, import boundaries and what nothing uses; a warning fails it.'],
    run: async () => {
      await prepare({ compiled: false });
      return await check();
    },
  },
  {
    name: 'docs',
    synopsis: 'npm run docs [-- --serve]',
    about: [
      'Makes a site of docs/ in var/site, and fails on a link that leads nowhere.',
      '  --serve   shows it on http://127.0.0.1:4173 until Ctrl-C; PORT chooses another port',
    ],
    run: async (args) => {
      await prepare({ compiled: false });
      return await buildDocs(args);
    },
  },
  {
    name: 'build',
    synopsis: 'npm run build',
    about: ['Compiles to dist/ what has changed.'],
    run: async () => {
      await prepare({});
      return 0;
    },
  },
  {
    name: 'package',
    synopsis: 'npm run package [-- DIRECTORY]',
    about: [
      'Makes what is installed in production, for machines like this one: DIRECTORY/pinward-VERSION-linux-ARCH.tar.gz',
      'with its .sha256. It runs on Node.js 24 alone. DIRECTORY is release/ unless given.',
    ],
    run: async (args) => {
      await prepare({});
      return await runProgram('package', args);
    },
  },
  {
    name: 'package:client',
    synopsis: 'npm run package:client [-- DIRECTORY]',
    about: [
      'Makes @pinward/client for card apps and their backends: DIRECTORY/pinward-client-VERSION.tgz, which npm installs and',
      'publishes. DIRECTORY is release/ unless given.',
      '  --here   only compiles into libs/client, for npm pack there',
    ],
    run: async (args) => {
      await prepare({});
      return await runProgram('package:client', args);
    },
  },
  {
    name: 'package:frame',
    synopsis: 'npm run package:frame [-- DIRECTORY]',
    about: [
      'Makes the page with the PIN pad that is hosted on an origin of its own, into DIRECTORY, which is release/frame/ unless',
      'given.',
    ],
    run: async (args) => {
      await prepare({});
      return await runProgram('package:frame', args);
    },
  },
  {
    name: 'release',
    synopsis: 'npm run release -- VERSION',
    about: [
      'Commits and tags a release: the changelog gets version and date, package.json the version. Pushes nothing.',
    ],
    run: async (args) => {
      await prepare({});
      return await runProgram('release', args);
    },
  },
];

/**
 * A command that is a script of this project, which knows its options better than this file.
 *
 * @param {string} name
 * @param {string} options
 * @param {string} file below dist/
 * @param {readonly string[]} about
 * @returns {Command}
 */
function compiledScript(name, options, file, about) {
  const script = join(DIST, file);
  const runScript = (/** @type {readonly string[]} */ args) =>
    run(findNode(), ['--enable-source-maps', script, ...args]);
  return {
    name,
    synopsis: `npm run ${name} ${options}`,
    about,
    run: async (args) => {
      await prepare({ essential: name === 'bench' ? TOKEN_PACKAGES : [] });
      return await runScript(args);
    },
    help: async (args) =>
      existsSync(script) ? await runScript(args.map((word) => (word === '-h' ? '--help' : word))) : undefined,
  };
}

/** @returns {readonly string[]} */
export function commandNames() {
  return COMMANDS.map(({ name }) => name);
}

/** @param {Command} [command] */
export function usage(command) {
  if (command) return `Usage: ${command.synopsis}\n\n${command.about.join('\n')}`;
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const rows = COMMANDS.map(({ name, about: [first] }) => `  ${name.padEnd(width)}  ${first}`);
  return `Usage: node scripts/bootstrap.mjs COMMAND [--help]\n\n${rows.join('\n')}`;
}
