import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../apps/pin-service/src/check/finding.js';
import { MODULE_VARIABLES } from '../support/module-variables.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { PROJECT_ROOT } from '../support/project-root.js';
import { ServiceProcess, type TestIdentity } from '../rigs/service-process.js';
import { buildShim, shimEnvironment, ShimLog } from '../rigs/shim.js';
import { ServiceGround } from '../rigs/service-ground.js';
import type { TestToken } from '../rigs/token.js';

const PROGRAM = join(PROJECT_ROOT, 'apps/pin-service/bin/pin-service');
const { version: VERSION } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

let ground: ServiceGround;
let token: TestToken;
let database: TestDatabase;
let owner: DataSource;
let identity: TestIdentity;
let folder: string;

beforeAll(async () => {
  ground = await ServiceGround.make();
  ({ token, database, owner, identity } = ground);
  folder = token.directory;
});
afterAll(async () => {
  await ground[Symbol.asyncDispose]();
});

const logFile = () => join(folder, 'shim.log');
afterEach(() => rmSync(logFile(), { force: true }));

function run(args: readonly string[], changed: Readonly<Record<string, string | undefined>> = {}) {
  const shim = shimEnvironment({ module: token.module, log: logFile(), faults: join(folder, 'faults') });
  const { status, stdout, stderr } = spawnSync(PROGRAM, args, {
    encoding: 'utf8',
    env: {
      ...token.environment,
      ...identity.environment,
      ...shim,
      PATH: process.env['PATH'],
      PINWARD_NODE: process.execPath,
      PINWARD_ENV: 'test',
      PORT: '0',
      HSM_ENVIRONMENT: MODULE_VARIABLES,
      DATABASE_URL: database.serviceUrl,
      PKCS11_MODULE: buildShim(),
      PKCS11_TOKEN_LABEL: token.tokenLabel,
      PKCS11_TOKEN_PIN: token.tokenPin.reveal(),
      HSM_WORKERS: '2',
      ...changed,
    },
  });
  return { status, stdout, stderr };
}

interface Checked {
  readonly status: number | null;
  readonly findings: readonly Finding[];
  readonly by: (check: string) => readonly Finding[];
}

function check(changed: Readonly<Record<string, string | undefined>> = {}): Checked {
  const { status, stdout, stderr } = run(['--check', '--json'], changed);
  expect(stderr).toBe('');
  const { exitCode, findings } = JSON.parse(stdout) as { exitCode: number; findings: readonly Finding[] };
  expect(exitCode).toBe(status);
  return { status, findings, by: (name) => findings.filter((finding) => finding.check === name) };
}
const logins = () => new ShimLog(logFile()).calls().filter((call) => call.function === 'C_Login').length;

/** Rows of each table that a start writes to. */
async function written(): Promise<unknown> {
  return await owner.query(
    `SELECT (SELECT count(*) FROM audit_events) AS events, (SELECT count(*) FROM policies) AS policies,
            (SELECT count(*) FROM hsm_key_holders) AS holders, (SELECT count(*) FROM audit_heads) AS heads,
            (SELECT sum(seals) FROM hsm_key_uses) AS seals, (SELECT count(*) FROM pg_class) AS relations`,
  );
}

describe('pin-service --check', () => {
  it('looks at all that a start looks at, with one login, and changes nothing', async () => {
    const before = await written();
    const { status, findings } = check();
    expect(status, JSON.stringify(findings)).toBe(0);
    expect([...new Set(findings.map(({ check: name }) => name))]).toEqual([
      ...['node', 'configuration', 'certificate', 'redis', 'database', 'policy', 'trail', 'hsm'],
    ]);
    expect(findings.filter(({ result }) => result === 'fault')).toEqual([]);
    expect(await written()).toEqual(before);
    expect(logins()).toBe(1);
    const text = run(['--check']);
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toMatch(/^ok +database +server, sessions, role, rights and schema fit$/m);
    expect(text.stdout).not.toMatch(/listens|database-secret/);
  });

  it('ends with 1 on a wrong configuration, all faults told, and asks no server', () => {
    const { status, findings, by } = check({ PORT: 'x', PIN_MAX_TRY: '3', TLS_KEY_FILE: '/nowhere/key' });
    expect(status).toBe(1);
    expect(by('configuration').map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^PIN_MAX_TRY is no setting: did you mean PIN_MAX_TRIES/),
      expect.stringMatching(/^TLS_KEY_FILE: .*missing/),
    ]);
    expect(findings.filter(({ result }) => result === 'skipped')).toHaveLength(6);
    expect(logins()).toBe(0);
  });

  it('ends with 2 where the database or Redis cannot be reached, without a login or a password told', () => {
    const { status, by } = check({
      DATABASE_URL: 'postgresql://pinward_service:db-secret@127.0.0.1:1/pinward',
      REDIS_URL: 'redis://:redis-secret@127.0.0.1:1',
    });
    expect(status).toBe(2);
    expect(by('database')).toEqual([
      expect.objectContaining({ result: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') }),
    ]);
    expect(by('redis')).toEqual([expect.objectContaining({ result: 'unreachable' })]);
    expect(by('hsm')).toEqual([{ check: 'hsm', result: 'skipped', detail: 'needs the database' }]);
    expect(JSON.stringify([by('database'), by('redis')])).not.toContain('secret@');
    expect(logins()).toBe(0);
  });

  it('ends with 1 on a schema of another version, and says what to run', async () => {
    await using other = await createTestDatabase();
    const its = await other.open({ url: other.ownerUrl, poolSize: 1 });
    await its.query('DELETE FROM schema_migrations');
    const { status, by } = check({ DATABASE_URL: other.serviceUrl });
    expect(status).toBe(1);
    expect(by('database')[0]?.detail).toMatch(/lacks migrations.*pinctl db migrate/);
    expect(logins()).toBe(0);
  });

  it('ends with 1 after one refused login, and makes none where the token is marked', () => {
    const wrong = { PKCS11_TOKEN_PIN: '00000000', HSM_ALLOW_LOW_PIN_COUNT: 'true' };
    const { status, by } = check(wrong);
    expect(status).toBe(1);
    expect(by('hsm')).toEqual([
      expect.objectContaining({ result: 'fault', detail: expect.stringContaining('refused the login') }),
    ]);
    expect(JSON.stringify(by('hsm'))).not.toContain('00000000');
    expect(logins()).toBe(1);
    rmSync(logFile());
    expect(check().by('hsm')[0]?.detail).toContain('CKF_USER_PIN_COUNT_LOW');
    expect(logins()).toBe(0);
    expect(check({ HSM_ALLOW_LOW_PIN_COUNT: 'true' }).status).toBe(0);
  });

  it('compares policy and trail with what services have left there', async () => {
    const kept = join(folder, 'kept/checkpoint');
    mkdirSync(join(folder, 'kept'));
    const environment = { AUDIT_CHECKPOINT_FILE: kept, AUDIT_SEAL_INTERVAL_MS: '100', PIN_MAX_TRIES: '3' };
    {
      await using service = await ServiceProcess.start({
        identity,
        databaseUrl: database.serviceUrl,
        token,
        environment,
      });
      const size = async () =>
        (await owner.query<{ n: number }[]>('SELECT max(tree_size)::int AS n FROM audit_heads'))[0]?.n;
      await expect.poll(size).toBeGreaterThan(0);
      await service.stop();
    }
    const sound = check(environment);
    expect(sound.status, JSON.stringify(sound.findings)).toBe(0);
    expect(sound.by('trail')[0]?.detail).toBe('the database is the one of the kept checkpoint');
    const { status, by } = check({ PIN_MAX_TRIES: '5', AUDIT_CHECKPOINT_FILE: join(folder, 'other') });
    expect(status).toBe(1);
    expect(by('policy')[0]).toMatchObject({
      result: 'fault',
      detail: expect.stringContaining('protect less'),
    });
    expect(by('trail')[0]).toMatchObject({
      result: 'fault',
      detail: expect.stringContaining('pinctl restore'),
    });
    const nowhere = check({ AUDIT_CHECKPOINT_FILE: '/nowhere/checkpoint', PIN_HISTORY_LENGTH: '8' });
    expect(nowhere.by('trail')[0]?.detail).toContain('cannot be written in /nowhere (ENOENT)');
    expect(nowhere.by('policy')[0]).toMatchObject({ result: 'warning' });
  });
});

describe('pin-service', () => {
  it('tells its version and its options, and refuses others instead of serving', () => {
    expect(run(['--version'])).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect(run(['--help']).stdout).toContain('--check');
    expect(run(['--chekc'])).toMatchObject({
      status: 64,
      stdout: '',
      stderr: expect.stringContaining('--check'),
    });
    expect(run(['--json']).status).toBe(64);
  });

  it.each(['pin-service', 'pinctl'])('%s says on which Node.js it does not run', (name) => {
    const old = join(folder, 'old-node');
    writeFileSync(old, '#!/bin/sh\necho v20.18.1\n');
    chmodSync(old, 0o755);
    const program = join(PROJECT_ROOT, 'apps', name, 'bin', name);
    const environment = { PATH: process.env['PATH'], PINWARD_NODE: old };
    const { status, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8', env: environment });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `${name}: Node.js v20.18.1 is too old: 20.19 or newer is needed (PINWARD_NODE, or node on PATH)\n`,
    });
  });
});
