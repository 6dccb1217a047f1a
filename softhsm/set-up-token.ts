import { parseArgs } from 'node:util';
import { readSecretFile } from '#libs/secret-text';
import { setUpToken, type TokenSetUp } from './set-up.js';

const HELP = `Sets up a SoftHSM2 token for development and tests: the token, and the keys Pinward needs.
Makes only what is missing; a second run changes nothing.

  node dist/softhsm/set-up-token.js --module FILE --label TEXT --user-pin-file FILE --so-pin-file FILE --out FILE

  --module FILE         the PKCS#11 module, e.g. /usr/lib/softhsm/libsofthsm2.so
  --label TEXT          label of the token, at most 32 characters
  --user-pin-file FILE  holds the token PIN
  --so-pin-file FILE    holds the security officer's PIN; read when something is missing
  --out FILE            keys.json, the fingerprints to register in the database
  --rsa-bits N          length of pin-transport-1, 2048 or more (3072)
  --conf FILE           SoftHSM2 configuration to use; made when missing (SOFTHSM2_CONF otherwise)
  --token-dir DIR       token directory for a configuration that is made
  --help                this text
`;

function setUp(): void {
  const options = readOptions();
  if (options === null) return void process.stdout.write(HELP);
  // A user who can read the token directory can use the officer's key, so nothing here is for other users.
  process.umask(0o077);
  for (const label of setUpToken(options).made) process.stdout.write(`made ${label}\n`);
}

function readOptions(): TokenSetUp | null {
  const { values } = parseArgs({
    options: {
      module: { type: 'string' },
      label: { type: 'string' },
      'user-pin-file': { type: 'string' },
      'so-pin-file': { type: 'string' },
      out: { type: 'string' },
      'rsa-bits': { type: 'string', default: '3072' },
      conf: { type: 'string' },
      'token-dir': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    module: required('--module', values.module),
    label: required('--label', values.label),
    userPin: secretIn(required('--user-pin-file', values['user-pin-file'])),
    officerPin: secretIn(required('--so-pin-file', values['so-pin-file'])),
    keysFile: required('--out', values.out),
    transportKeyBits: modulusLength(values['rsa-bits']),
    configuration: values.conf,
    tokenDirectory: values['token-dir'],
  };
}

function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new Error(`${name} is missing; see --help`);
  return value;
}

function modulusLength(text: string): number {
  const bits = Number(text);
  if (Number.isInteger(bits) && bits >= 2048 && bits <= 8192 && bits % 256 === 0) return bits;
  throw new Error('--rsa-bits must be 2048 to 8192, a multiple of 256');
}

function secretIn(file: string): string {
  return readSecretFile(file)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

try {
  setUp();
} catch (error) {
  process.stderr.write(`set-up-token: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
