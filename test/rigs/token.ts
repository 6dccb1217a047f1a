import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { TokenPin, type KeyKind, type KeyState, type RegisteredKey } from '#libs/hsm';
import { PROJECT_ROOT } from '../support/project-root.js';
import { madeOnce } from './run-folder.js';

const run = promisify(execFile);

/** Where Debian's softhsm2 puts the module. */
export const SOFTHSM_MODULE = '/usr/lib/softhsm/libsofthsm2.so';

/** The compiled HSM host: tests run on sources, but a separate process needs JavaScript. Build before testing. */
export const HOST_ENTRY = pathToFileURL(join(PROJECT_ROOT, 'dist/libs/hsm/src/host/host-main.js'));

const SET_UP = join(PROJECT_ROOT, 'dist/softhsm/set-up-token.js');
const LABEL = 'pinward-test';

/** A private token with the keys of the key table. Its members fit HsmSettings. */
export interface TestToken {
  readonly directory: string;
  readonly module: string;
  readonly tokenLabel: string;
  readonly tokenPin: TokenPin;
  readonly officerPin: string;
  /** Path of its softhsm2.conf. */
  readonly configuration: string;
  /** The whole environment of a process that must see only this token. */
  readonly environment: NodeJS.ProcessEnv;
  readonly registeredKeys: readonly RegisteredKey[];
  /** For NSS, which learns from it where its database is. */
  readonly libraryParameters?: string;
  remove(): Promise<void>;
}

/**
 * Gives the caller a token in its own directory: a copy of one whose keys are made once in a run.
 *
 * @param rsaBits of pin-transport-1, for a token that is then made for this caller alone
 */
export async function makeTestToken({ rsaBits }: { readonly rsaBits?: number } = {}): Promise<TestToken> {
  const directory = await mkdtemp(join(tmpdir(), 'pinward-token-'));
  if (rsaBits === undefined) await cp(await madeOnce('token', setUp), directory, { recursive: true });
  else await setUp(directory, rsaBits);
  return await openTestToken(directory);
}

async function setUp(directory: string, rsaBits = 2048): Promise<void> {
  for (const name of ['token-pin', 'officer-pin']) {
    await writeFile(join(directory, name), String(randomInt(10_000_000, 100_000_000)), { mode: 0o600 });
  }
  await writeConfiguration(directory);
  await run(process.execPath, [
    SET_UP,
    '--module',
    SOFTHSM_MODULE,
    '--label',
    LABEL,
    '--rsa-bits',
    String(rsaBits),
    '--user-pin-file',
    join(directory, 'token-pin'),
    '--so-pin-file',
    join(directory, 'officer-pin'),
    '--conf',
    join(directory, 'softhsm2.conf'),
    '--out',
    join(directory, 'keys.json'),
  ]);
}

/** The configuration contains the token directory, so a copied token needs its own. */
export async function writeConfiguration(directory: string): Promise<void> {
  const tokens = join(directory, 'tokens');
  await mkdir(tokens, { recursive: true, mode: 0o700 });
  const lines = [`directories.tokendir = ${tokens}`, 'objectstore.backend = file', 'log.level = ERROR', ''];
  await writeFile(join(directory, 'softhsm2.conf'), lines.join('\n'));
}

async function openTestToken(directory: string): Promise<TestToken> {
  await writeConfiguration(directory);
  const configuration = join(directory, 'softhsm2.conf');
  return {
    directory,
    module: SOFTHSM_MODULE,
    tokenLabel: LABEL,
    tokenPin: new TokenPin(await readFile(join(directory, 'token-pin'), 'utf8')),
    officerPin: await readFile(join(directory, 'officer-pin'), 'utf8'),
    configuration,
    environment: { PATH: process.env['PATH'], SOFTHSM2_CONF: configuration },
    registeredKeys: parseKeysFile(await readFile(join(directory, 'keys.json'), 'utf8')),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

interface KeysFileEntry {
  readonly kind: KeyKind;
  readonly generation: number;
  readonly state: KeyState;
  readonly fingerprint: string;
}

/** keys.json in the form of the token's set-up. */
export function parseKeysFile(json: string): readonly RegisteredKey[] {
  const entries = JSON.parse(json) as readonly KeysFileEntry[];
  return entries.map((entry) => ({
    ...entry,
    fingerprint: Buffer.from(entry.fingerprint, 'hex'),
    expiresAt: null,
  }));
}
