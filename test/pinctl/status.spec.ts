import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHeldKeys } from '#libs/keys';
import { VERSION } from '#libs/program-files';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';
import { ServiceProcess, type TestIdentity } from '../rigs/service-process.js';
import { ServiceGround } from '../rigs/service-ground.js';
import type { TestToken } from '../rigs/token.js';
import { pinctl } from './run-pinctl.js';

const OTHER = '0b4c3d52-3c0e-4f6c-9a51-0d9d7f2f7a11';

interface Status {
  readonly sound: boolean;
  readonly attention: readonly string[];
  readonly replicas: { readonly replicas: readonly Readonly<Record<string, unknown>>[] };
  readonly [section: string]: unknown;
}

let ground: ServiceGround;
let token: TestToken;
let database: TestDatabase;
let owner: DataSource;
let identity: TestIdentity;
let folder: string;
let service: ServiceProcess;

beforeAll(async () => {
  ground = await ServiceGround.make();
  ({ token, database, owner, identity } = ground);
  folder = token.directory;
  service = await ServiceProcess.start({
    identity,
    databaseUrl: database.serviceUrl,
    token,
    environment: { AUDIT_CHECKPOINT_FILE: checkpoint(), AUDIT_SEAL_INTERVAL_MS: '100' },
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await ground[Symbol.asyncDispose]();
});

const checkpoint = () => join(folder, 'checkpoint');
const run = (line: string, changed: Readonly<Record<string, string>> = {}) =>
  pinctl(line.split(' '), {
    PINWARD_ENV: 'test',
    DATABASE_URL: database.serviceUrl,
    AUDIT_CHECKPOINT_FILE: checkpoint(),
    ...changed,
  });

async function status(
  changed: Readonly<Record<string, string>> = {},
): Promise<Status & { readonly code: number | null }> {
  const { code, stdout } = await run('status --json', changed);
  return { ...(JSON.parse(stdout) as Status), code };
}

describe('pinctl status', () => {
  it('says that all is sound, with 0, while a service runs and nothing is due', async () => {
    // The sweeper's first mark, and the first sealing, come within a minute.
    await expect.poll(async () => (await status()).attention).toEqual([]);
    // A service's first report may come before it knows the policy.
    const policyVersions = async () => (await status()).replicas.replicas.map((one) => one.policyVersion);
    await expect.poll(policyVersions).toEqual([1]);
    const { code, replicas, ...all } = await status();
    expect(code).toBe(0);
    expect(replicas.replicas).toEqual([
      expect.objectContaining({
        version: VERSION,
        policyVersion: 1,
        trouble: null,
        host: expect.any(String),
      }),
    ]);
    expect(all).toMatchObject({
      sound: true,
      pinctl: VERSION,
      policy: { version: 1 },
      trail: { checkpoint: 'consistent' },
      queues: { approvals: { waiting: 0 }, codes: { waiting: 0 } },
      brakes: { brakes: [] },
    });
    const { stdout, stderr } = await run('status');
    expect(stdout).toMatch(/^replicas +.*version \d.*policy 1, since/m);
    expect(stdout).toMatch(/All is sound\.\n$/);
    expect(stderr).toBe('');
  });

  it('says what needs attention, with 1, each with what to do', async () => {
    await run('clients create ageing --scope cards:read');
    await run('brakes pull operation pin.validate --all-tenants --reason tests');
    await service.stop();
    await owner.query("UPDATE hsm_keys SET registered_at = now() - interval '91 days' WHERE kind = 'otp'");
    await owner.query("UPDATE client_secrets SET created_at = now() - interval '80 days'");
    await owner.query("UPDATE maintenance_marks SET reached = now() - interval '1 hour'");
    await owner.query(
      `INSERT INTO outbox_events (tenant_id, type, data, occurred_at)
       VALUES ('default', 'otp.issued', '{}', now() - interval '2 minutes'), ('default', 'pin.set', '{}', now())`,
    );
    await owner.query(
      `INSERT INTO webhook_endpoints (tenant_id, endpoint_id, url, paused_at)
       VALUES ('default', gen_random_uuid(), 'https://example.com/', now() - interval '1 minute')`,
    );
    await reportHeldKeys(owner, OTHER, {
      keys: [],
      trouble: 'the token lacks otp-2',
      replica: { host: 'other', version: '0.0.1', policyVersion: 7 },
    });
    await reportHeldKeys(owner, OTHER.replace('11', '12'), { keys: [], trouble: null });
    rmSync(checkpoint());
    const { code, sound, attention } = await status();
    expect({ code, sound }).toEqual({ code: 1, sound: false });
    for (const words of [
      /^replicas: other 0b4c3d52: the token lacks otp-2$/,
      /^replicas: other 0b4c3d52 goes by policy 7, 1 holds/,
      /^replicas: .*several versions \((0\.0\.1, older|older, 0\.0\.1)\)/,
      /^keys: otp-1 is due: pinctl keys rotate otp$/,
      /^secrets: the secret of ageing \(tenant default\) is to be rotated before /,
      /^trail: no checkpoint in .*: pinctl restore/,
      /^queues: 1 one-time passwords not handed to delivery, the oldest for 2 min/,
      /^queues: 1 webhook endpoints paused/,
      /^queues: .*sweeper.*oldest for (60 min|1 h)/,
      /^brakes: operation pin.validate of tenant \* is stopped by /,
    ])
      expect(attention).toContainEqual(expect.stringMatching(words));
    expect(attention).not.toContainEqual(expect.stringMatching(/events not handed/));
    expect((await run('status')).stdout).toContain('NEEDS ATTENTION:\n- ');
  });

  it('says that no replica serves, and that lines wait to be sealed', async () => {
    await run('brakes pull operation pin.change --all-tenants --reason tests');
    await owner.query('DELETE FROM hsm_key_holders');
    await owner.query(
      "UPDATE audit_events SET occurred_at = occurred_at - interval '2 minutes' WHERE action LIKE 'brake%'",
    );
    const { attention } = await status();
    expect(attention).toContain('replicas: no service is running');
    expect(attention).toContainEqual(
      expect.stringMatching(/^trail: \d+ events have waited up to \d+ \w+ to be sealed/),
    );
  });

  it('says no more than that of a database of another version', async () => {
    await using other = await createTestDatabase();
    const its = await other.open({ url: other.ownerUrl, poolSize: 1 });
    await its.query('DELETE FROM schema_migrations');
    const found = await status({ DATABASE_URL: other.serviceUrl });
    expect(found.code).toBe(1);
    expect(found.attention).toEqual([
      expect.stringMatching(/^database: lacks migrations.*pinctl db migrate$/),
    ]);
    expect(found['replicas']).toBeUndefined();
  });

  it('cannot tell, with 2, where the database cannot be asked', async () => {
    const url = 'postgresql://pinward:hunter2@127.0.0.1:1/none';
    const { code, stdout, stderr } = await run('status --json', { DATABASE_URL: url });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('hunter2');
    expect((await run('status --help')).stdout).toContain('Exit codes: 0 all is sound');
  });
});
