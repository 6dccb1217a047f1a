import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TokenPin } from '#libs/hsm';
import { PROJECT_ROOT } from '../support/project-root.js';
import { madeOnce } from './run-folder.js';
import { makeToOrder, type KeyOrder, type TokenOrder } from './token-order.js';
import { parseKeysFile, SOFTHSM_MODULE, writeConfiguration, type TestToken } from './token.js';

export type { KeyOrder } from './token-order.js';

const MAKER = join(PROJECT_ROOT, 'dist/test/rigs/token-maker.js');
const NSS_MODULE = '/usr/lib/x86_64-linux-gnu/libsoftokn3.so';
const KEYS_FILE = 'keys.json';
const NSS_LABEL = 'NSS Certificate DB';
const SECRETS = { userPin: '31415926', officerPin: '27182818' };

/** The keys of the key table, generation 1 of each. */
export const STANDARD_KEYS: readonly KeyOrder[] = [
  { kind: 'pin-transport', generation: 1, rsaBits: 2048 },
  { kind: 'pin-wrapping', generation: 1, rsaBits: 2048, by: 'officer' },
  { kind: 'lookup', generation: 1, rsaBits: 2048 },
  { kind: 'otp', generation: 1, rsaBits: 2048 },
  { kind: 'card-vault', generation: 1, rsaBits: 2048 },
  { kind: 'secrets', generation: 1, rsaBits: 2048 },
  { kind: 'token-signing', generation: 1, rsaBits: 2048 },
  { kind: 'audit-signing', generation: 1, rsaBits: 2048 },
  { kind: 'manifest-signing', generation: 1, rsaBits: 2048 },
];

/**
 * A SoftHSM2 token with exactly these keys, right or deliberately wrong. Those of STANDARD_KEYS are made once in a run,
 * in a token that is copied.
 *
 * @param maker makes the keys that are not copied
 */
export async function orderSoftHsmToken(
  keys: readonly KeyOrder[],
  planted: readonly KeyOrder[] = [],
  maker: Maker = inOwnProcess,
): Promise<TestToken> {
  const standard = keys.filter((key) => STANDARD_KEYS.includes(key));
  const own = keys.filter((key) => !STANDARD_KEYS.includes(key));
  const name = `ordered-${standard.map(({ kind }) => kind).join('-')}`;
  const made = await madeOnce(name, async (folder) => {
    await writeConfiguration(folder);
    await writeFile(
      join(folder, KEYS_FILE),
      await inOwnProcess(softHsmOrder({ keys: standard }), softHsmPlace(folder)),
    );
  });
  const directory = await mkdtemp(join(tmpdir(), 'pinward-token-'));
  await cp(made, directory, { recursive: true });
  await writeConfiguration(directory);
  const place = softHsmPlace(directory);
  const order = softHsmOrder({ there: standard, keys: own, planted });
  const keysFile =
    own.length + planted.length > 0
      ? await maker(order, place)
      : await readFile(join(directory, KEYS_FILE), 'utf8');
  return tokenOf(order, place, parseKeysFile(keysFile));
}

function softHsmOrder({
  there = [],
  keys,
  planted = [],
}: Pick<TokenOrder, 'keys'> & Partial<TokenOrder>): TokenOrder {
  const token = { module: SOFTHSM_MODULE, profile: 'softhsm2', label: 'pinward-ordered' } as const;
  return { ...token, ...SECRETS, there, keys, planted };
}

function softHsmPlace(directory: string): Place {
  const configuration = join(directory, 'softhsm2.conf');
  const environment = { PATH: process.env['PATH'], SOFTHSM2_CONF: configuration };
  return { directory, configuration, environment };
}

/** Null if libnss3 or its tools are not installed. */
export async function orderNssToken(keys: readonly KeyOrder[]): Promise<TestToken | null> {
  if (!existsSync(NSS_MODULE) || !existsSync('/usr/bin/certutil')) return null;
  const directory = await mkdtemp(join(tmpdir(), 'pinward-nss-'));
  const database = join(directory, 'nss');
  await mkdir(database);
  const password = join(directory, 'password');
  await writeFile(password, `${SECRETS.userPin}\n`, { mode: 0o600 });
  execFileSync('certutil', ['-N', '-d', `sql:${database}`, '-f', password]);
  // The trailing blank is part of it.
  const libraryParameters = `configdir='sql:${database}' certPrefix='' keyPrefix='' secmod='secmod.db' flags= `;
  const order: TokenOrder = {
    module: NSS_MODULE,
    profile: 'nss',
    label: NSS_LABEL,
    libraryParameters,
    ...SECRETS,
    there: [],
    keys: keys.map((key) => ({ ...key, by: 'user', omitted: NSS_CANNOT_STORE })),
    planted: [],
  };
  const place = { directory, configuration: '', environment: { PATH: process.env['PATH'] } };
  const registeredKeys = parseKeysFile(await inOwnProcess(order, place));
  return { ...tokenOf(order, place, registeredKeys), libraryParameters };
}

/** Attributes that NSS's key database refuses; HSM_ALLOW_WEAK_ENFORCEMENT is for such modules. */
const NSS_CANNOT_STORE = [
  'CKA_ALLOWED_MECHANISMS',
  'CKA_COPYABLE',
  'CKA_DESTROYABLE',
  'CKA_TRUSTED',
  'CKA_UNWRAP_TEMPLATE',
] as const;

type Place = Pick<TestToken, 'directory' | 'configuration' | 'environment'>;

/** @returns the keys.json of the ordered keys */
type Maker = (order: TokenOrder, place: Place) => Promise<string>;

/** Only if nothing else uses SoftHSM2, which reads its configuration at each C_Initialize. */
export async function inThisProcess(order: TokenOrder, { configuration }: Place): Promise<string> {
  process.env['SOFTHSM2_CONF'] = configuration;
  return makeToOrder(order);
}

async function inOwnProcess(order: TokenOrder, { environment }: Place): Promise<string> {
  const maker = spawn(process.execPath, [MAKER], { env: environment, stdio: ['pipe', 'pipe', 'inherit'] });
  maker.stdin.end(JSON.stringify(order));
  const [keysFile, [code]] = await Promise.all([text(maker.stdout), once(maker, 'exit')]);
  if (code !== 0) throw new Error(`the token could not be made to order: exit ${String(code)}`);
  return keysFile;
}

function tokenOf(order: TokenOrder, place: Place, registeredKeys: TestToken['registeredKeys']): TestToken {
  return {
    ...place,
    module: order.module,
    tokenLabel: order.label,
    tokenPin: new TokenPin(order.userPin),
    officerPin: order.officerPin,
    registeredKeys,
    remove: () => rm(place.directory, { recursive: true, force: true }),
  };
}
