import { randomUUID } from 'node:crypto';
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
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';
import { ENVIRONMENT, SOUND, SoundnessKit } from './soundness-kit.js';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';
const REPLICA = '0b4c3d52-3c0e-4f6c-9a51-0d9d7f2f7a11';

let kit: ServiceKit;
let owner: DataSource;
let sound: SoundnessKit;
beforeAll(async () => {
  kit = await ServiceKit.open(ENVIRONMENT);
  owner = await kit.openOwner();
  sound = await SoundnessKit.of(kit);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('a service that runs as it should', () => {
  it('is sound, with facts of each part; what is not set up is off', async () => {
    await expect.poll(async () => (await sound.read()).status).toBe('sound');
    const { checks } = await sound.read();
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
    expect(await sound.factsOf('service')).toEqual({ version: VERSION, replicas: 1, versions: [VERSION] });
    expect(await sound.factsOf('hsm')).toMatchObject({
      profile: 'softhsm2',
      knownAnswerTestAt: expect.stringMatching(/Z$/) as string,
    });
    expect(await sound.factsOf('database')).toEqual({ answers: true, writes: true, migrated: true });
    expect(await sound.factsOf('policy')).toEqual({ policyVersion: 1, differences: [] });
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
      for (const name of names)
        expect(await sound.told(name)).toEqual(['unknown', ['not-asked'], 'degraded']);
    } finally {
      await owner.query(`GRANT SELECT ON ${table} TO ${SERVICE_ROLE}`);
    }
    for (const name of names) expect((await sound.told(name))[0]).toMatch(/^(sound|off)$/);
    // Its cause is in the log, and nowhere else.
    expect(kit.service.output).toMatch(/cannot be told now.*"cause":"42501"/);
  });

  it('names the kinds of what is due that were not asked for, and still tells the others', async () => {
    await owner.query(`REVOKE SELECT ON webhook_secrets FROM ${SERVICE_ROLE}`);
    const { due } = await sound.read();
    await owner.query(`GRANT SELECT ON webhook_secrets TO ${SERVICE_ROLE}`);
    expect(due.unknown).toEqual(['webhook-secret']);
    expect(due.items.map(({ kind }) => kind)).toContain('hsm-key');
  });
});

describe('each part that has a fault', () => {
  it('the database: it takes no writes, it has another schema', async () => {
    await owner.query(`REVOKE UPDATE (reached) ON maintenance_marks FROM ${SERVICE_ROLE}`);
    expect(await sound.told('database')).toEqual(['unsound', ['no-writes'], 'unsound']);
    await owner.query(`GRANT UPDATE (reached) ON maintenance_marks TO ${SERVICE_ROLE}`);
    expect(await sound.told('database')).toEqual(SOUND);
    const [last] = await owner.query<{ name: string; timestamp: string }[]>(
      'SELECT name, timestamp FROM schema_migrations ORDER BY timestamp DESC LIMIT 1',
    );
    await owner.query('DELETE FROM schema_migrations WHERE name = $1', [last?.name]);
    expect(await sound.told('database')).toEqual(['unsound', ['other-schema'], 'unsound']);
    await owner.query('INSERT INTO schema_migrations (name, timestamp) VALUES ($1, $2)', [
      last?.name,
      last?.timestamp,
    ]);
    expect(await sound.told('database')).toEqual(SOUND);
  });

  it('replicas: another version, keys that are not taken up; neither host nor cause is told', async () => {
    await reportHeldKeys(owner, REPLICA, {
      keys: [],
      trouble: 'the token lacks otp-2',
      replica: { host: 'host-of-another-rack', version: '0.0.1', policyVersion: 1 },
    });
    expect(await sound.told('service')).toEqual([
      'degraded',
      ['several-versions', 'keys-not-taken-up'],
      'degraded',
    ]);
    const whole = JSON.stringify(await sound.read());
    expect(whole).not.toContain('host-of-another-rack');
    expect(whole).not.toContain('the token lacks');
    await owner.query('DELETE FROM hsm_key_holders WHERE replica_id = $1', [REPLICA]);
    expect(await sound.told('service')).toEqual(SOUND);
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
    expect((await sound.told('audit-trail')).slice(0, 2)).toEqual(['degraded', ['sealed-late']]);
    expect(Number((await sound.factsOf('audit-trail'))?.['sealingSeconds'])).toBeGreaterThanOrEqual(120);
    await sealer.rollbackTransaction();
    await sealer.release();
    await expect.poll(() => sound.told('audit-trail')).toEqual(SOUND);
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
    await expect
      .poll(async () => (await sound.told('alarms')).slice(0, 2))
      .toEqual(['degraded', ['counted-late']]);
    const { body } = await kit.service.request('GET', '/v1/admin/activity?hours=2', {
      token: sound.operator,
    });
    expect((body as { items: { counts: unknown }[] }).items.map(({ counts }) => counts)).toEqual([
      null,
      null,
    ]);
    await counter.rollbackTransaction();
    await counter.release();
    await expect.poll(() => sound.told('alarms')).toEqual(SOUND);
  });

  it('the policy: this replica was told otherwise', async () => {
    const environment = { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' };
    const set = (floor: string) =>
      pinctl(['policy', 'set', '--alarm-floor', floor, '--yes', '--reason', 'for this test'], environment);
    expect(await set('60')).toMatchObject({ code: 0 });
    await expect.poll(() => sound.told('policy')).toEqual(['degraded', ['differs'], 'degraded']);
    expect(await sound.factsOf('policy')).toMatchObject({ policyVersion: 2, differences: ['alarmFloor'] });
    expect(await set('50')).toMatchObject({ code: 0 });
    await expect.poll(() => sound.told('policy')).toEqual(SOUND);
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
        const { status, checks } = await sound.read({ service: replica });
        const hsm = checks.find(({ name }) => name === 'hsm');
        return [status, hsm?.state, hsm?.reasons.includes('not-ready')];
      })
      .toEqual(['unsound', 'unsound', true]);
    expect(await sound.told('hsm')).toEqual(SOUND);
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
  const delivery = async (tenantId: string, type: string, status: string, ago: string): Promise<void> =>
    void (await owner.query(
      `INSERT INTO webhook_deliveries (tenant_id, delivery_id, endpoint_id, event_id, type, status, created_at, ended_at)
       VALUES ($1, gen_random_uuid(), gen_random_uuid(), 1, $2, $3, now() - $4::interval,
               CASE WHEN $3 = 'dead' THEN now() - $4::interval END)`,
      [tenantId, type, status, ago],
    ));

  it('of one tenant are told to that tenant, and to no other', async () => {
    expect((await sound.told('webhooks'))[0]).toBe('off');
    await endpoint('other', null, 'paused_at');
    await delivery('other', 'pin.set', 'pending', '2 hours');
    await delivery('other', 'pin.set', 'dead', '2 hours');
    await delivery('other', 'pin.set', 'dead', '2 days');
    const reasons = ['endpoints-failing', 'waits-long', 'given-up'];
    expect(await sound.told('webhooks', sound.stranger)).toEqual(['degraded', reasons, 'degraded']);
    expect(await sound.factsOf('webhooks', sound.stranger)).toMatchObject({
      endpoints: 1,
      failing: 1,
      deadWithinDay: 1,
    });
    expect((await sound.told('codes', sound.stranger))[0]).toBe('off');
    expect(await sound.told('webhooks')).toEqual(['off', [], 'sound']);
    expect(await sound.factsOf('webhooks')).toMatchObject({ endpoints: 0, failing: 0, deadWithinDay: 0 });
    const whole = JSON.stringify(await sound.read({ token: sound.stranger }));
    expect(whole).not.toContain('events-of-a-tenant');
  });

  it('are told apart, each with its own patience and since when', async () => {
    await endpoint('default', ['otp.issued'], 'failing_since');
    expect(await sound.told('codes')).toEqual(['degraded', ['endpoints-failing'], 'degraded']);
    expect((await sound.told('webhooks'))[0]).toBe('off');
    const { checks } = await sound.read();
    const since = checks.find(({ name }) => name === 'codes')?.since;
    expect(Date.now() - Date.parse(String(since))).toBeGreaterThanOrEqual(600_000);
    await owner.query("UPDATE webhook_endpoints SET failing_since = NULL WHERE tenant_id = 'default'");
    await delivery('default', 'otp.issued', 'pending', '2 minutes');
    await delivery('default', 'pin.set', 'pending', '2 minutes');
    expect(await sound.told('codes')).toEqual(['degraded', ['waits-long'], 'degraded']);
    expect((await sound.told('webhooks'))[0]).toBe('sound');
    expect(Number((await sound.factsOf('codes'))?.['oldestSeconds'])).toBeGreaterThanOrEqual(120);
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
    const read = async () => await sound.read({ token, service: other.service });
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
    await expect
      .poll(async () => {
        // Each time: the service, which reads the file before it writes it, may have written in between.
        writeFileSync(checkpoint, 'another text\n');
        const { status, checks } = await read();
        const trail = checks.find(({ name }) => name === 'audit-trail');
        return [status, trail?.state, trail?.reasons.includes('not-the-kept-one')];
      })
      .toEqual(['unsound', 'unsound', true]);
    rmSync(folder, { recursive: true });
  });
});
