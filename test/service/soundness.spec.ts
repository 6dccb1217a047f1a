import { randomUUID, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_ROLE } from '#libs/database';
import { reportHeldKeys } from '#libs/keys';
import { VERSION } from '#libs/program-files';
import { pinctl } from '../pinctl/run-pinctl.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { buildShim, setFaults, shimEnvironment } from '../rigs/shim.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';
const ENVIRONMENT = {
  ...FEW_WEAK_PINS,
  ...NO_RATE_LIMITS,
  ALARM_FLOOR: '50',
  AUDIT_SEAL_INTERVAL_MS: '200',
};
const REPLICA = '0b4c3d52-3c0e-4f6c-9a51-0d9d7f2f7a11';

let kit: ServiceKit;
let owner: DataSource;
let operator: string;
let stranger: string;
beforeAll(async () => {
  kit = await ServiceKit.open(ENVIRONMENT);
  owner = await kit.openOwner();
  const scopes = ['ops:read'];
  operator = await kit.identity.tokenFor({ scopes, clientId: 'console' });
  stranger = await kit.identity.tokenFor({ scopes, clientId: 'console', tenantId: 'other' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

interface Check {
  readonly name: string;
  readonly state: string;
  readonly reasons: readonly string[];
  readonly since?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}
interface Item {
  readonly kind: string;
  readonly name: string;
  readonly dueAt: string;
  readonly overdue: boolean;
}
interface Answer {
  readonly status: string;
  readonly checks: readonly Check[];
  readonly due: { readonly items: readonly Item[]; readonly unknown: readonly string[] };
}

async function soundness({ token = operator, query = '', service = kit.service } = {}): Promise<Answer> {
  const { status, body } = await service.request('GET', `/v1/admin/soundness${query}`, { token });
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as Answer;
}
/** State and reasons of one check, and what becomes of the whole. */
async function told(name: string, token = operator): Promise<readonly unknown[]> {
  const { status, checks } = await soundness({ token });
  const check = checks.find((one) => one.name === name);
  return [check?.state, check?.reasons, status];
}
const factsOf = async (name: string, token = operator) =>
  (await soundness({ token })).checks.find((check) => check.name === name)?.facts;
const SOUND = ['sound', [], 'sound'];

describe('a service that runs as it should', () => {
  it('is sound, with facts of each part; what is not set up is off', async () => {
    await expect.poll(async () => (await soundness()).status).toBe('sound');
    const { checks } = await soundness();
    expect(checks.map(({ name, state, reasons }) => [name, state, reasons])).toEqual([
      ['service', 'sound', []],
      ['hsm', 'sound', []],
      ['database', 'sound', []],
      ['audit-trail', 'sound', []],
      ['audit-witness', 'off', []],
      ['audit-streams', 'off', []],
      ['codes', 'off', []],
      ['webhooks', 'off', []],
      ['rate-limits', 'off', []],
      ['alarms', 'sound', []],
      ['policy', 'sound', []],
      ['due', 'sound', []],
    ]);
    expect(await factsOf('service')).toEqual({ version: VERSION, replicas: 1, versions: [VERSION] });
    expect(await factsOf('hsm')).toMatchObject({
      profile: 'softhsm2',
      knownAnswerTestAt: expect.stringMatching(/Z$/) as string,
    });
    expect(await factsOf('database')).toEqual({ answers: true, writes: true, migrated: true });
    expect(await factsOf('policy')).toEqual({ policyVersion: 1, differences: [] });
  });
});

describe('what cannot be asked', () => {
  it.each([
    ['hsm_key_holders', ['service']],
    ['webhook_deliveries', ['codes', 'webhooks']],
    ['webhook_secrets', ['due']],
    ['hsm_keys', ['due']],
    ['client_keys', ['due']],
  ])('%s makes %j unknown, and the whole not sound', async (table, names) => {
    await owner.query(`REVOKE SELECT ON ${table} FROM ${SERVICE_ROLE}`);
    try {
      for (const name of names) expect(await told(name)).toEqual(['unknown', ['not-asked'], 'degraded']);
    } finally {
      await owner.query(`GRANT SELECT ON ${table} TO ${SERVICE_ROLE}`);
    }
    for (const name of names) expect((await told(name))[0]).toMatch(/^(sound|off)$/);
    // Its cause is in the log, and nowhere else.
    expect(kit.service.output).toMatch(/cannot be told now.*"cause":"42501"/);
  });

  it('names the kinds of what is due that were not asked for, and still tells the others', async () => {
    await owner.query(`REVOKE SELECT ON webhook_secrets FROM ${SERVICE_ROLE}`);
    const { due } = await soundness();
    await owner.query(`GRANT SELECT ON webhook_secrets TO ${SERVICE_ROLE}`);
    expect(due.unknown).toEqual(['webhook-secret']);
    expect(due.items.map(({ kind }) => kind)).toContain('hsm-key');
  });
});

describe('each part that has a fault', () => {
  it('the database: it takes no writes, it has another schema', async () => {
    await owner.query(`REVOKE UPDATE (reached) ON maintenance_marks FROM ${SERVICE_ROLE}`);
    expect(await told('database')).toEqual(['unsound', ['no-writes'], 'unsound']);
    await owner.query(`GRANT UPDATE (reached) ON maintenance_marks TO ${SERVICE_ROLE}`);
    expect(await told('database')).toEqual(SOUND);
    const [last] = await owner.query<{ name: string; timestamp: string }[]>(
      'SELECT name, timestamp FROM schema_migrations ORDER BY timestamp DESC LIMIT 1',
    );
    await owner.query('DELETE FROM schema_migrations WHERE name = $1', [last?.name]);
    expect(await told('database')).toEqual(['unsound', ['other-schema'], 'unsound']);
    await owner.query('INSERT INTO schema_migrations (name, timestamp) VALUES ($1, $2)', [
      last?.name,
      last?.timestamp,
    ]);
    expect(await told('database')).toEqual(SOUND);
  });

  it('replicas: another version, keys that are not taken up; neither host nor cause is told', async () => {
    await reportHeldKeys(owner, REPLICA, {
      keys: [],
      trouble: 'the token lacks otp-2',
      replica: { host: 'host-of-another-rack', version: '0.0.1', policyVersion: 1 },
    });
    expect(await told('service')).toEqual([
      'degraded',
      ['several-versions', 'keys-not-taken-up'],
      'degraded',
    ]);
    const whole = JSON.stringify(await soundness());
    expect(whole).not.toContain('host-of-another-rack');
    expect(whole).not.toContain('the token lacks');
    await owner.query('DELETE FROM hsm_key_holders WHERE replica_id = $1', [REPLICA]);
    expect(await told('service')).toEqual(SOUND);
  });

  it('the trail: lines that wait to be sealed', async () => {
    const sealer = owner.createQueryRunner();
    await sealer.startTransaction();
    await sealer.query('SELECT FROM audit_sealing FOR UPDATE');
    await kit.register();
    await owner.query(
      `UPDATE audit_events SET occurred_at = occurred_at - interval '2 minutes'
        WHERE audit_id = (SELECT max(audit_id) FROM audit_events WHERE action = 'card.register')`,
    );
    expect((await told('audit-trail')).slice(0, 2)).toEqual(['degraded', ['sealed-late']]);
    expect(Number((await factsOf('audit-trail'))?.['sealingSeconds'])).toBeGreaterThanOrEqual(120);
    await sealer.rollbackTransaction();
    await sealer.release();
    await expect.poll(() => told('audit-trail')).toEqual(SOUND);
  });

  it('alarms: nothing is counted, which hours of activity say as well', async () => {
    const counter = owner.createQueryRunner();
    const stopped = async () => {
      await counter.query("UPDATE alarm_detection SET counted_to = now() - interval '3 hours'");
      await counter.startTransaction();
      const [row] = (await counter.query(
        "SELECT counted_to < now() - interval '2 hours' AS late FROM alarm_detection FOR UPDATE",
      )) as { late: boolean }[];
      if (row?.late !== true) await counter.rollbackTransaction();
      return row?.late;
    };
    // A replica may count in between.
    await expect.poll(stopped).toBe(true);
    await expect.poll(async () => (await told('alarms')).slice(0, 2)).toEqual(['degraded', ['counted-late']]);
    const { body } = await kit.service.request('GET', '/v1/admin/activity?hours=2', { token: operator });
    expect((body as { items: { counts: unknown }[] }).items.map(({ counts }) => counts)).toEqual([
      null,
      null,
    ]);
    await counter.rollbackTransaction();
    await counter.release();
    await expect.poll(() => told('alarms')).toEqual(SOUND);
  });

  it('the policy: this replica was told otherwise', async () => {
    const environment = { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' };
    const set = (floor: string) =>
      pinctl(['policy', 'set', '--alarm-floor', floor, '--yes', '--reason', 'for this test'], environment);
    expect(await set('60')).toMatchObject({ code: 0 });
    await expect.poll(() => told('policy')).toEqual(['degraded', ['differs'], 'degraded']);
    expect(await factsOf('policy')).toMatchObject({ policyVersion: 2, differences: ['alarmFloor'] });
    expect(await set('50')).toMatchObject({ code: 0 });
    await expect.poll(() => told('policy')).toEqual(SOUND);
  });

  it('the HSM: it answers nothing any more', { timeout: 180_000 }, async () => {
    const faults = join(kit.token.directory, 'soundness-faults');
    setFaults(faults, []);
    await using replica = await ServiceProcess.start({
      identity: kit.identity,
      databaseUrl: kit.database.serviceUrl,
      token: kit.token,
      module: buildShim(),
      environment: { ...ENVIRONMENT, ...shimEnvironment({ module: kit.token.module, faults }) },
    });
    const pin = randomPin();
    const card = await kit.cardWithPin(pin);
    setFaults(faults, [{ function: 'C_UnwrapKey', hold: true }]);
    const lost = replica.request('POST', `/v1/cards/${card.cardId}/pin/validate`, {
      token: kit.cardApp,
      body: { encryptedPin: await kit.encrypt(pin, card) },
      headers: { 'x-request-id': randomUUID() },
    });
    await expect
      .poll(async () => {
        const { status, checks } = await soundness({ service: replica });
        const hsm = checks.find(({ name }) => name === 'hsm');
        return [status, hsm?.state, hsm?.reasons.includes('not-ready')];
      })
      .toEqual(['unsound', 'unsound', true]);
    expect(await told('hsm')).toEqual(SOUND);
    setFaults(faults, []);
    expect((await lost).status).not.toBe(200);
  });
});

describe('webhooks and codes', () => {
  const endpoint = async (tenantId: string, events: readonly string[] | null, column: string) => {
    const endpointId = randomUUID();
    await owner.query(
      `INSERT INTO webhook_endpoints (tenant_id, endpoint_id, url, events, ${column})
       VALUES ($1, $2, 'https://events-of-a-tenant.example/', $3, now() - interval '10 minutes')`,
      [tenantId, endpointId, events],
    );
    return endpointId;
  };
  const delivery = async (tenantId: string, type: string, status: string, ago: string) =>
    await owner.query(
      `INSERT INTO webhook_deliveries (tenant_id, delivery_id, endpoint_id, event_id, type, status, created_at, ended_at)
       VALUES ($1, gen_random_uuid(), gen_random_uuid(), 1, $2, $3, now() - $4::interval,
               CASE WHEN $3 = 'dead' THEN now() - $4::interval END)`,
      [tenantId, type, status, ago],
    );

  it('of one tenant are told to that tenant, and to no other', async () => {
    expect((await told('webhooks'))[0]).toBe('off');
    await endpoint('other', null, 'paused_at');
    await delivery('other', 'pin.set', 'pending', '2 hours');
    await delivery('other', 'pin.set', 'dead', '2 hours');
    await delivery('other', 'pin.set', 'dead', '2 days');
    const reasons = ['endpoints-failing', 'waits-long', 'given-up'];
    expect(await told('webhooks', stranger)).toEqual(['degraded', reasons, 'degraded']);
    expect(await factsOf('webhooks', stranger)).toMatchObject({ endpoints: 1, failing: 1, deadWithinDay: 1 });
    expect((await told('codes', stranger))[0]).toBe('off');
    expect(await told('webhooks')).toEqual(['off', [], 'sound']);
    expect(await factsOf('webhooks')).toMatchObject({ endpoints: 0, failing: 0, deadWithinDay: 0 });
    const whole = JSON.stringify(await soundness({ token: stranger }));
    expect(whole).not.toContain('events-of-a-tenant');
  });

  it('are told apart, each with its own patience and since when', async () => {
    await endpoint('default', ['otp.issued'], 'failing_since');
    expect(await told('codes')).toEqual(['degraded', ['endpoints-failing'], 'degraded']);
    expect((await told('webhooks'))[0]).toBe('off');
    const { checks } = await soundness();
    const since = checks.find(({ name }) => name === 'codes')?.since;
    expect(Date.now() - Date.parse(String(since))).toBeGreaterThanOrEqual(600_000);
    await owner.query("UPDATE webhook_endpoints SET failing_since = NULL WHERE tenant_id = 'default'");
    await delivery('default', 'otp.issued', 'pending', '2 minutes');
    await delivery('default', 'pin.set', 'pending', '2 minutes');
    expect(await told('codes')).toEqual(['degraded', ['waits-long'], 'degraded']);
    expect((await told('webhooks'))[0]).toBe('sound');
    expect(Number((await factsOf('codes'))?.['oldestSeconds'])).toBeGreaterThanOrEqual(120);
    await owner.query("DELETE FROM webhook_deliveries WHERE tenant_id = 'default'");
  });

  it('are found by an index, however many have arrived', async () => {
    const plans = await owner.query<Record<string, string>[]>(
      `EXPLAIN SELECT FROM webhook_deliveries
        WHERE tenant_id = 'default' AND status = 'pending' AND type <> 'otp.issued' ORDER BY created_at LIMIT 1`,
    );
    const dead = await owner.query<Record<string, string>[]>(
      `EXPLAIN SELECT FROM webhook_deliveries WHERE tenant_id = 'default' AND status = 'dead' AND ended_at > now()`,
    );
    const text = (rows: Record<string, string>[]) => rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text(plans)).toContain('webhook_deliveries_pending');
    expect(text(dead)).toContain('webhook_deliveries_dead');
  });
});

describe('what is due', () => {
  const items = async (token = operator, query = '') =>
    (await soundness({ token, query })).due.items.map(({ kind, name, overdue }) => [kind, name, overdue]);
  const age = async (table: string, where: string, days: number, column = 'created_at') =>
    await owner.query(`UPDATE ${table} SET ${column} = now() - $1 * interval '1 day' WHERE ${where}`, [days]);

  it('has keys of the HSM by the calendar of their kinds; overdue ones are no reason to stop', async () => {
    expect(await items()).toContainEqual(['hsm-key', 'pin-transport-1', false]);
    expect(await items()).not.toContainEqual(['hsm-key', 'otp-1', false]);
    await age('hsm_keys', "kind = 'otp'", 80, 'registered_at');
    expect(await items()).toContainEqual(['hsm-key', 'otp-1', false]);
    expect(await items(operator, '?dueWithinDays=5')).not.toContainEqual(['hsm-key', 'otp-1', false]);
    expect(await told('due')).toEqual(SOUND);
    await age('hsm_keys', "kind = 'otp'", 91, 'registered_at');
    expect((await items())[0]).toEqual(['hsm-key', 'otp-1', true]);
    expect(await told('due')).toEqual(['degraded', ['overdue'], 'degraded']);
    await owner.query('UPDATE hsm_keys SET registered_at = now()');
    expect(await told('due')).toEqual(SOUND);
  });

  it('has credentials of the tenant’s own clients and endpoints, by the age in the policy', async () => {
    const ours = await kit.newClient({ clientId: 'ours' });
    await kit.newClient({ clientId: 'theirs', tenantId: 'other' });
    await kit.newClient({ clientId: 'young' });
    await age('client_secrets', "client_id IN ('ours', 'theirs')", 80);
    const names = async (token: string) => (await items(token)).filter(([kind]) => kind === 'client-secret');
    expect(await names(operator)).toEqual([['client-secret', ours.clientId, false]]);
    expect(await names(stranger)).toEqual([['client-secret', 'theirs', false]]);
    await age('client_secrets', "client_id = 'ours'", 90);
    expect(await names(operator)).toEqual([['client-secret', 'ours', true]]);
    expect(await told('due', stranger)).toEqual(['sound', [], 'degraded']);
    // One that was replaced ends by itself, and a client that is gone needs nothing.
    await owner.query("UPDATE api_clients SET revoked_at = now() WHERE client_id = 'ours'");
    expect(await names(operator)).toEqual([]);
    const endpointId = randomUUID();
    await owner.query(
      `INSERT INTO webhook_endpoints (tenant_id, endpoint_id, url) VALUES ('default', $1, 'https://example.com/')`,
      [endpointId],
    );
    await owner.query(
      `INSERT INTO webhook_secrets (tenant_id, endpoint_id, secret_no, sealed, sealed_generation, created_at)
       VALUES ('default', $1, 1, decode('00', 'hex'), 1, now() - interval '89 days')`,
      [endpointId],
    );
    expect(await items()).toContainEqual(['webhook-secret', endpointId, false]);
    expect((await items(stranger)).map(([, name]) => name)).not.toContain(endpointId);
  });

  it('has the certificate of this service', async () => {
    const { due } = await soundness({ query: '?dueWithinDays=90' });
    const certificate = due.items.find(({ kind }) => kind === 'tls-certificate');
    const { validTo } = new X509Certificate(kit.identity.certificate);
    const ends = Date.parse(validTo);
    const isNear = ends - Date.now() < 90 * 86_400_000;
    expect(certificate?.dueAt).toBe(isNear ? new Date(ends).toISOString() : undefined);
  });
});

describe('what this replica sends elsewhere', () => {
  it('and does not arrive is told by category, and a trail that is not the kept one stops everything', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pinward-soundness-'));
    const checkpoint = join(folder, 'checkpoint');
    await using other = await ServiceKit.open({
      ...ENVIRONMENT,
      AUDIT_CHECKPOINT_FILE: checkpoint,
      AUDIT_WITNESS_URL: `https://${NOWHERE}/witness-path`,
      AUDIT_STREAM_URL: `https://${NOWHERE}/stream-path`,
      REDIS_URL: `redis://${NOWHERE}`,
    });
    const token = await other.identity.tokenFor({ scopes: ['ops:read'], clientId: 'console' });
    const read = async () => await soundness({ token, service: other.service });
    const states = async () =>
      (await read()).checks.flatMap(({ name, state, reasons }) =>
        ['audit-witness', 'audit-streams', 'rate-limits'].includes(name) ? [[name, state, reasons]] : [],
      );
    await expect.poll(states).toEqual([
      ['audit-witness', 'degraded', ['not-taken']],
      ['audit-streams', 'degraded', ['not-taken']],
      ['rate-limits', 'degraded', ['counted-apart']],
    ]);
    const answer = await read();
    expect(answer.status).toBe('degraded');
    for (const inner of ['127.0.0.1', 'ECONNREFUSED', 'witness-path', 'stream-path', folder])
      expect(JSON.stringify(answer)).not.toContain(inner);
    writeFileSync(checkpoint, 'another text\n');
    await expect
      .poll(async () => {
        const { status, checks } = await read();
        const trail = checks.find(({ name }) => name === 'audit-trail');
        return [status, trail?.state, trail?.reasons.includes('not-the-kept-one')];
      })
      .toEqual(['unsound', 'unsound', true]);
    rmSync(folder, { recursive: true });
  });
});
