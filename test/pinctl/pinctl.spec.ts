import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { exportJWK } from 'jose';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientView } from '#libs/api-clients';
import { ClientKit, FROM_HERE } from '../clients/client-kit.js';
import { SigningKey } from '../clients/signing-keys.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { pinctl } from './run-pinctl.js';

let kit: ClientKit;
let folder: string;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  kit = await ClientKit.open();
  folder = mkdtempSync(join(tmpdir(), 'pinward-pinctl-'));
  const file = join(folder, 'url');
  writeFileSync(file, `${kit.database.serviceUrl}\n`, { mode: 0o600 });
  environment = { DATABASE_URL_FILE: file, PINWARD_ENV: 'test' };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await kit[Symbol.asyncDispose]();
});

const run = (args: string, input?: string) => pinctl(args.split(' '), environment, input);
const APP = '--scope pin:validate pin:set';

async function listed(tenant = 'default'): Promise<ClientView[]> {
  const { stdout } = await run(`clients list --tenant ${tenant} --json`);
  return JSON.parse(stdout) as ClientView[];
}

const secretIn = (stdout: string) => /pwcs_[A-Za-z0-9_-]{43}/.exec(stdout)?.[0] ?? '';
/** The process tells the time by its own clock, and so do these. */
const authenticate = async (clientId: string, secret: string) =>
  (await kit.registry().authenticate(clientId, secret, FROM_HERE))?.clientId;

describe('pinctl clients', () => {
  it('creates the first client, whose secret is printed once and works', async () => {
    const created = await run(
      `clients create first-app ${APP} --allow 192.0.2.0/24 --requests-per-minute 60`,
    );
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain('not shown again');
    expect(await authenticate('first-app', secretIn(created.stdout))).toBe('first-app');
    const shown = await run('clients list');
    expect(shown.stdout).toMatch(/^CLIENT +SCOPES/);
    expect(shown.stdout).toMatch(
      /^first-app +pin:set pin:validate +- +192\.0\.2\.0\/24 +active +client_secret +\d+ d$/m,
    );
    expect(shown.stdout).not.toContain('pwcs_');
    const [audited] = await kit.owner.query<unknown[]>(
      "SELECT client_id, subject, action FROM audit_events WHERE details LIKE '%first-app%'",
    );
    const subject = `pinctl:${userInfo().username}`;
    expect(audited).toEqual({ client_id: 'pinctl', subject, action: 'client.create' });
  });

  it('rotates a secret; the one before works on', async () => {
    const first = secretIn((await run(`clients create rotated ${APP}`)).stdout);
    const rotated = await run('clients rotate rotated --json');
    const { clientSecret } = JSON.parse(rotated.stdout) as { clientSecret: string };
    expect(await authenticate('rotated', clientSecret)).toBe('rotated');
    expect(await authenticate('rotated', first)).toBe('rotated');
  });

  it('revokes only what is confirmed by name', async () => {
    await run(`clients create doomed ${APP}`);
    for (const input of ['', 'y\n', 'rotated\n']) {
      const refused = await run('clients revoke doomed', input);
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was changed') });
    }
    const before = await listed();
    expect(before.find(({ clientId }) => clientId === 'doomed')).not.toHaveProperty('revokedAt');
    expect(await run('clients revoke doomed', 'doomed\n')).toMatchObject({ code: 0 });
    const after = await listed();
    expect(after.find(({ clientId }) => clientId === 'doomed')).toHaveProperty('revokedAt');
    await run(`clients create doomed-too ${APP}`);
    expect(await run('clients revoke doomed-too --yes')).toMatchObject({ code: 0 });
  });

  it('refuses with 1 what the registry refuses, and says which option is wrong', async () => {
    await run(`clients create taken ${APP}`);
    expect(await run(`clients create taken ${APP}`)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('another client of this tenant has this id'),
    });
    const mixed = await run('clients create mixed --scope pin:set ops:read --allow 10.0.0.1/8');
    expect(mixed.code).toBe(1);
    expect(mixed.stderr).toContain('--scope must not mix');
    expect(mixed.stderr).toContain('--allow (number 1) has host bits set');
    expect(await run('clients rotate nobody-here')).toMatchObject({ code: 1 });
  });

  it('registers public keys and certificates in place of a secret, and changes and withdraws them', async () => {
    const [first, second] = [await SigningKey.make(), await SigningKey.make()];
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [one, two] = [first, second].map((key, index) =>
      file(`keys-${index}.json`, JSON.stringify(key.set)),
    );
    const { cert, private: privateKey } = await generate([{ name: 'commonName', value: 'keyed' }]);
    const created = await run(`clients create keyed ${APP} --keys-file ${one}`);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain(first.kid);
    expect(created.stdout).not.toContain('pwcs_');
    expect((await run('clients list')).stdout).toMatch(/^keyed .* active +private_key_jwt +\d+ d$/m);
    const rotated = await run(`clients rotate-keys keyed --keys-file ${two}`);
    expect(rotated.stdout).toMatch(new RegExp(`^private_key_jwt +${first.kid} +\\S+Z$`, 'm'));
    const withCertificate = `clients rotate-keys keyed --certificate-file ${file('cert.pem', cert)}`;
    expect((await run(withCertificate)).stdout).toMatch(/^tls_client_auth +[\w-]{43}/m);
    expect(await run('clients withdraw keyed private_key_jwt', 'wrong\n')).toMatchObject({ code: 1 });
    expect(await run('clients withdraw keyed private_key_jwt --yes')).toMatchObject({ code: 0 });
    expect(await run('clients withdraw keyed tls_client_auth --yes')).toMatchObject({ code: 1 });
    expect(await run('clients withdraw keyed password --yes')).toMatchObject({ code: 1 });
    const url = 'https://keys.example/jwks.json';
    expect((await run(`clients create at-url ${APP} --keys-url ${url}`)).stdout).toContain(url);
    // What is private stays where it is, and is not repeated.
    const { d = '', ...rest } = await exportJWK(first.privateKey);
    const leaked = file('private.json', JSON.stringify({ keys: [{ ...rest, d, kid: 'leaked' }] }));
    for (const args of [
      `clients create leaked ${APP} --keys-file ${leaked}`,
      `clients create leaked ${APP} --certificate-file ${file('both.pem', cert + privateKey)}`,
      `clients create leaked ${APP} --keys-file ${file('none.json', '[]')}`,
      `clients create leaked ${APP} --keys-file ${join(folder, 'absent.json')}`,
      `clients create leaked ${APP} --keys-url http://keys.example/`,
      `clients create leaked ${APP} --keys-url ${url} --keys-file ${one}`,
      'clients rotate-keys keyed',
    ]) {
      const refused = await run(args);
      expect([args, refused.code]).toEqual([args, 1]);
      expect(refused.stdout + refused.stderr).not.toContain(d);
    }
  });

  it('says what the tenant demands of its clients, and demands it', async () => {
    expect((await run('clients demands')).stdout).toContain(
      'client_secret, private_key_jwt, tls_client_auth',
    );
    const asked =
      'clients demand --method private_key_jwt tls_client_auth --sender-constrained --reason board-decision';
    expect(await run(`${asked} --tenant default`)).toMatchObject({ code: 0, stderr: '' });
    const told = JSON.parse((await run('clients demands --json')).stdout) as object;
    expect(told).toMatchObject({
      methods: ['private_key_jwt', 'tls_client_auth'],
      senderConstrained: true,
      history: [{ setThrough: 'pinctl', reason: 'board-decision' }],
    });
    expect(await run('clients demand --method password --reason board-decision')).toMatchObject({ code: 1 });
    expect(await run(`${asked} --from tomorrow`)).toMatchObject({ code: 1 });
    const back =
      'clients demand --method client_secret private_key_jwt tls_client_auth --reason board-decision';
    expect(await run(back)).toMatchObject({ code: 0 });
  });

  it('refuses with 2 what it does not understand', async () => {
    for (const args of [
      'clients',
      'persons create',
      'persons revoke',
      'clients create',
      'clients create no-scope',
      'nonsense',
      'clients list --all',
    ]) {
      const { code, stderr } = await run(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).not.toBe('');
    }
    expect(await run('--help')).toMatchObject({ code: 0, stderr: '' });
  });

  it('holds a production to its allowlists', async () => {
    const production = { ...environment, PINWARD_ENV: 'production' };
    const args = `clients create open ${APP}`.split(' ');
    expect(await pinctl(args, production)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--allow must not be empty in production'),
    });
    const { PINWARD_ENV: _, ...unsaid } = environment;
    expect(await pinctl(args, unsaid), 'production unless said otherwise').toMatchObject({ code: 1 });
  });
});

describe('pinctl tenants', () => {
  it('creates a tenant once, in which clients can then be created', async () => {
    const args = `clients create elsewhere ${APP} --tenant second`;
    expect(await run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('pinctl tenants create second'),
    });
    expect(await run('tenants create second')).toMatchObject({ code: 0 });
    expect(await run('tenants create second')).toMatchObject({ code: 1 });
    expect(await run(args)).toMatchObject({ code: 0 });
    expect((await listed('second')).map(({ clientId }) => clientId)).toEqual(['elsewhere']);
    expect((await listed()).map(({ clientId }) => clientId)).not.toContain('elsewhere');
    expect((await run('tenants list')).stdout).toMatch(/^second +20/m);
    expect(await run('tenants create 4111111111111111')).toMatchObject({ code: 1 });
  });
});

describe('where pinctl finds its database', () => {
  it('is the one that npm start runs, when no other is named', async () => {
    writeFileSync(join(folder, 'dev.json'), JSON.stringify({ databaseUrl: kit.database.serviceUrl }), {
      mode: 0o600,
    });
    const development = { PINWARD_VAR_DIR: folder };
    expect(await pinctl(`clients create local ${APP}`.split(' '), development)).toMatchObject({ code: 0 });
  });

  it('is never told in an error', async () => {
    const url = 'postgresql://pinward:hunter2@127.0.0.1:1/none';
    const unreachable = await pinctl(['tenants', 'list'], { DATABASE_URL: url });
    expect(unreachable).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'pinctl: nobody listens at 127.0.0.1 on port 1 (ECONNREFUSED)\n',
    });
    const nowhere = await pinctl(['tenants', 'list'], { PINWARD_VAR_DIR: join(folder, 'none') });
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('set DATABASE_URL') });
    const both = await pinctl(['tenants', 'list'], { ...environment, DATABASE_URL: url });
    expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining('choose one') });
    expect(both.stderr).not.toContain('hunter2');
  });
});

describe('pinctl explains itself', () => {
  const COMMANDS = [
    'hsm check',
    'keys init',
    'keys list',
    'keys rotate',
    'keys retire',
    'keys reseal',
    'keys verify-record',
    'cards show',
    'cards unlock',
    'cards verify',
    'persons create',
    'persons list',
    'persons revoke',
    'clients create',
    'clients list',
    'clients rotate',
    'clients revoke',
    'clients rotate-keys',
    'clients withdraw',
    'clients demands',
    'clients demand',
    'cbom',
    'audit verify',
    'audit export',
    'audit expire',
    'audit reconcile',
    'db migrate',
    'db status',
  ];

  it('as an installed command, with every group', () => {
    const file = join(PROJECT_ROOT, 'apps/pinctl/bin/pinctl');
    const help = execFileSync(file, ['--help'], {
      env: { ...process.env, PINWARD_NODE: process.execPath },
    }).toString();
    for (const group of new Set(COMMANDS.map((command) => command.split(' ')[0] ?? '')))
      expect(help).toMatch(new RegExp(`^  ${group} `, 'm'));
  });

  it('in every command, without a database or a token', async () => {
    const outcomes = await Promise.all(
      COMMANDS.map(async (command) => ({
        command,
        ...(await pinctl([...command.split(' '), '--help'], {})),
      })),
    );
    for (const { command, code, stdout } of outcomes) {
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(stdout).toContain(`Usage: pinctl ${command}`);
    }
  });
});
