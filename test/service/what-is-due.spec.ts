import { randomUUID, X509Certificate } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../support/until.js';
import { ServiceKit } from './service-kit.js';
import { ENVIRONMENT, SOUND, SoundnessKit } from './soundness-kit.js';

let kit: ServiceKit;
let owner: DataSource;
let sound: SoundnessKit;
beforeAll(async () => {
  kit = await ServiceKit.open(ENVIRONMENT);
  owner = await kit.openOwner();
  sound = await SoundnessKit.of(kit);
  await until('it is sound', async () => (await sound.read()).status === 'sound');
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const items = async (token = sound.operator, query = '') =>
  (await sound.read({ token, query })).due.items.map(({ kind, name, overdue }) => [kind, name, overdue]);
const age = async (table: string, where: string, days: number, column = 'created_at'): Promise<void> =>
  void (await owner.query(`UPDATE ${table} SET ${column} = now() - $1 * interval '1 day' WHERE ${where}`, [
    days,
  ]));

it('has keys of the HSM by the calendar of their kinds; overdue ones are no reason to stop', async () => {
  expect(await items()).toContainEqual(['hsm-key', 'pin-transport-1', false]);
  expect(await items()).not.toContainEqual(['hsm-key', 'otp-1', false]);
  await age('hsm_keys', "kind = 'otp'", 80, 'registered_at');
  expect(await items()).toContainEqual(['hsm-key', 'otp-1', false]);
  expect(await items(sound.operator, '?dueWithinDays=5')).not.toContainEqual(['hsm-key', 'otp-1', false]);
  expect(await sound.told('due')).toEqual(SOUND);
  await age('hsm_keys', "kind = 'otp'", 91, 'registered_at');
  expect((await items())[0]).toEqual(['hsm-key', 'otp-1', true]);
  expect(await sound.told('due')).toEqual(['degraded', ['overdue'], 'degraded']);
  await owner.query('UPDATE hsm_keys SET registered_at = now()');
  expect(await sound.told('due')).toEqual(SOUND);
});

it('has credentials of the tenant’s own clients and endpoints, by the age in the policy', async () => {
  const ours = await kit.newClient({ clientId: 'ours' });
  await kit.newClient({ clientId: 'theirs', tenantId: 'other' });
  await kit.newClient({ clientId: 'young' });
  await age('client_secrets', "client_id IN ('ours', 'theirs')", 80);
  const names = async (token: string) => (await items(token)).filter(([kind]) => kind === 'client-secret');
  expect(await names(sound.operator)).toEqual([['client-secret', ours.clientId, false]]);
  expect(await names(sound.stranger)).toEqual([['client-secret', 'theirs', false]]);
  await age('client_secrets', "client_id = 'ours'", 90);
  expect(await names(sound.operator)).toEqual([['client-secret', 'ours', true]]);
  expect(await sound.told('due', sound.stranger)).toEqual(SOUND);
  // One that was replaced ends by itself, and a client that is gone needs nothing.
  await owner.query("UPDATE api_clients SET revoked_at = now() WHERE client_id = 'ours'");
  expect(await names(sound.operator)).toEqual([]);
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
  expect((await items(sound.stranger)).map(([, name]) => name)).not.toContain(endpointId);
});

it('has the certificate of this service', async () => {
  const { due } = await sound.read({ query: '?dueWithinDays=90' });
  const certificate = due.items.find(({ kind }) => kind === 'tls-certificate');
  const { validTo } = new X509Certificate(kit.identity.certificate);
  const ends = Date.parse(validTo);
  const isNear = ends - Date.now() < 90 * 86_400_000;
  expect(certificate?.dueAt).toBe(isNear ? new Date(ends).toISOString() : undefined);
});
