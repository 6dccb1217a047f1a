import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { migrate, serviceRoleFaults } from '#libs/database';
import { contents } from './look.js';
import { newCardWithPin, openStore, type StoreUnderTest } from './store-kit.js';

let rig: StoreUnderTest;
let superuser: DataSource;
beforeAll(async () => {
  rig = await openStore();
  superuser = await rig.database.open({ url: rig.database.superuserUrl });
  await newCardWithPin(rig.store);
});
afterAll(() => rig[Symbol.asyncDispose]());

describe("the service's role", () => {
  it.each([
    "UPDATE audit_events SET result = 'matched'",
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    `UPDATE audit_events_${new Date().toISOString().slice(0, 7).replace('-', '')} SET result = 'matched'`,
    'INSERT INTO audit_events (tenant_id, audit_id, client_id, subject, request_id, action, phase) VALUES (1, 2, 3, 4, 5, 6, 7)',
    'DROP TABLE audit_events',
    'ALTER TABLE cards ADD COLUMN pin text',
    'CREATE TABLE mine (pin text)',
    'DELETE FROM cards',
    "UPDATE cards SET pin_account = '000000000000'",
    "UPDATE cards SET tenant_id = 'other'",
    "UPDATE hsm_keys SET state = 'current'",
    "INSERT INTO hsm_keys (kind, generation, state, fingerprint) VALUES ('pin-transport', 9, 'accepted', sha256(''))",
    'UPDATE tenants SET pin_max_tries = 15',
    "INSERT INTO tenants (tenant_id, pin_max_tries) VALUES ('lenient', 15)",
    "UPDATE api_clients SET person = 'Mallory'",
    'UPDATE api_clients SET created_by = NULL',
    "UPDATE api_clients SET tenant_id = 'other'",
    'DELETE FROM api_clients',
    "UPDATE client_secrets SET hash = '$scrypt$'",
    "UPDATE client_secrets SET digest = sha256('')",
    'UPDATE client_secrets SET created_at = now()',
    "UPDATE idempotency_records SET fingerprint = sha256('')",
    'DELETE FROM deployment_policy',
    'DELETE FROM schema_migrations',
    "SELECT pinward_make_partition('pin_envelopes', 'mine', 'IN (1)')",
  ])('cannot %s', async (statement) => {
    const before = await contents(rig.owner);
    await expect(rig.dataSource.query(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|428C9)$/),
    });
    expect(await contents(rig.owner)).toBe(before);
  });

  it('is found fit', async () => {
    expect(await serviceRoleFaults(rig.dataSource)).toEqual([]);
  });

  it('loses what it was granted by hand, with the next migration', async () => {
    await rig.owner.query('GRANT DELETE ON audit_events TO pinward_service');
    await migrate(rig.owner);
    await expect(rig.dataSource.query('DELETE FROM audit_events')).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a role the service should not have', () => {
  it('is found out when it is a superuser or owns the schema', async () => {
    expect(await serviceRoleFaults(superuser)).toEqual(['postgres is a superuser']);
    expect(await serviceRoleFaults(rig.owner)).toEqual([
      'pinward_owner owns activity_hours or belongs to its owner',
      'pinward_owner may create objects in the schema public',
      'pinward_owner may UPDATE, DELETE or TRUNCATE audit_events',
    ]);
  });

  it.each(['UPDATE', 'DELETE', 'TRUNCATE', 'UPDATE (details)'])(
    'is found out when it was granted %s',
    async (right) => {
      await rig.owner.query(`GRANT ${right} ON audit_events TO pinward_service`);
      expect(await serviceRoleFaults(rig.dataSource)).toEqual([
        'pinward_service may UPDATE, DELETE or TRUNCATE audit_events',
      ]);
      await rig.owner.query(`REVOKE ${right} ON audit_events FROM pinward_service`);
    },
  );

  it('is found out when only a partition is open to it, or the schema', async () => {
    const [partition] = await rig.owner.query<{ name: string }[]>(
      "SELECT min(inhrelid::regclass::text) AS name FROM pg_inherits WHERE inhparent = 'audit_events'::regclass",
    );
    await rig.owner.query(`GRANT DELETE ON ${partition?.name} TO pinward_service`);
    await rig.owner.query('GRANT CREATE ON SCHEMA public TO pinward_service');
    expect(await serviceRoleFaults(rig.dataSource)).toEqual([
      'pinward_service may create objects in the schema public',
      `pinward_service may UPDATE, DELETE or TRUNCATE ${partition?.name}`,
    ]);
    await rig.owner.query('REVOKE CREATE ON SCHEMA public FROM pinward_service');
    await rig.owner.query(`REVOKE DELETE ON ${partition?.name} FROM pinward_service`);
  });
});
