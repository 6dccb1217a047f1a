import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TokenPin } from '#libs/hsm';
import { PROJECT_ROOT } from './project-root.js';
import type { KeyOrder, TokenOrder } from './token-maker.js';
import { parseKeysFile, SOFTHSM_MODULE, writeConfiguration, type TestToken } from './token.js';

export type { KeyOrder } from './token-maker.js';

const MAKER = join(PROJECT_ROOT, 'dist/test/support/token-maker.js');
const NSS_MODULE = '/usr/lib/x86_64-linux-gnu/libsoftokn3.so';
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

/** A SoftHSM2 token with exactly these keys, right or deliberately wrong. */
export async function orderSoftHsmToken(
  keys: readonly KeyOrder[],
  planted: readonly KeyOrder[] = [],
): Promise<TestToken> {
  const directory = await mkdtemp(join(tmpdir(), 'pinward-token-'));
  await writeConfiguration(directory);
  const configuration = join(directory, 'softhsm2.conf');
  const environment = { PATH: process.env['PATH'], SOFTHSM2_CONF: configuration };
  const token = { module: SOFTHSM_MODULE, profile: 'softhsm2', label: 'pinward-ordered' } as const;
  const order: TokenOrder = { ...token, ...SECRETS, keys, planted };
  return await madeToken(order, { directory, configuration, environment });
}

/** Null where libnss3 or its tools are not installed. */
export async function orderNssToken(keys: readonly KeyOrder[]): Promise<TestToken | null> {
  if (!existsSync(NSS_MODULE) || !existsSync('/usr/bin/certutil')) return null;
  const directory = await mkdtemp(join(tmpdir(), 'pinward-nss-'));
  const database = join(directory, 'nss');
  await mkdir(database);
  const password = join(directory, 'password');
  await writeFile(password, `${SECRETS.userPin}\n`, { mode: 0o600 });
  execFileSync('certutil', ['-N', '-d', `sql:${database}`, '-f', password]);
  // The trailing blank belongs to it.
  const libraryParameters = `configdir='sql:${database}' certPrefix='' keyPrefix='' secmod='secmod.db' flags= `;
  const order: TokenOrder = {
    ...{ module: NSS_MODULE, profile: 'nss', label: NSS_LABEL, libraryParameters },
    ...SECRETS,
    keys: keys.map((key) => ({ ...key, by: 'user', omitted: NSS_CANNOT_STORE })),
    planted: [],
  };
  const environment = { PATH: process.env['PATH'] };
  const token = await madeToken(order, { directory, configuration: '', environment });
  return { ...token, libraryParameters };
}

/** Attributes NSS's key database refuses; its missing enforcement is what HSM_ALLOW_WEAK_ENFORCEMENT is for. */
const NSS_CANNOT_STORE = [
  'CKA_ALLOWED_MECHANISMS',
  'CKA_COPYABLE',
  'CKA_DESTROYABLE',
  'CKA_TRUSTED',
  'CKA_UNWRAP_TEMPLATE',
] as const;

async function madeToken(
  order: TokenOrder,
  place: Pick<TestToken, 'directory' | 'configuration' | 'environment'>,
): Promise<TestToken> {
  const maker = spawn(process.execPath, [MAKER], {
    env: place.environment,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  maker.stdin.end(JSON.stringify(order));
  const [keysFile, [code]] = await Promise.all([text(maker.stdout), once(maker, 'exit')]);
  if (code !== 0) throw new Error(`the token could not be made to order: exit ${String(code)}`);
  return {
    ...place,
    module: order.module,
    tokenLabel: order.label,
    tokenPin: new TokenPin(order.userPin),
    officerPin: order.officerPin,
    registeredKeys: parseKeysFile(keysFile),
    remove: () => rm(place.directory, { recursive: true, force: true }),
  };
}
