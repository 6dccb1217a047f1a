import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Persons1795863600000 } from '../../libs/database/src/migrations/1795863600000-persons.js';
import { createTestDatabase, type TestDatabase } from '../rigs/postgres.js';

let database: TestDatabase;
let owner: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  owner = await database.open({ url: database.ownerUrl, poolSize: 2 });
  // As the version before leaves it.
  await owner.query('DROP TABLE persons');
  await owner.query('ALTER TABLE api_clients DROP COLUMN created_by');
  await owner.query('ALTER TABLE client_secrets DROP COLUMN known_to');
  await owner.query(
    'ALTER TABLE unlock_approvals DROP COLUMN requested_through, DROP COLUMN requested_issuer',
  );
});
afterAll(() => database[Symbol.asyncDispose]());

const HASH = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

async function oldClient(clientId: string, person: string | null, day: number): Promise<void> {
  const createdAt = new Date(Date.UTC(2026, 0, day));
  await owner.query(
    `INSERT INTO api_clients (tenant_id, client_id, scopes, person, allowed_addresses, created_at)
     VALUES ('default', $1, '{ops:clients}', $2, '{}', $3)`,
    [clientId, person, createdAt],
  );
  await owner.query(
    `INSERT INTO client_secrets (tenant_id, client_id, secret_no, hash, created_at)
     VALUES ('default', $1, 1, $2, $3)`,
    [clientId, HASH, createdAt],
  );
}

async function audited(by: string, action: string, client: string, through = 'ops-console'): Promise<void> {
  await owner.query(
    `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, details)
     VALUES ('default', $1, $2, $3, $4, 'outcome', 'done', $5)`,
    [through, by, randomUUID(), action, JSON.stringify({ client })],
  );
}

it('takes over persons, flags what breaks the rules, and remembers who made clients and saw their secrets', async () => {
  await oldClient('ops-ada', 'Ada Lovelace', 1);
  await oldClient('ops-ada-2', 'Ada Lovelace', 2);
  await oldClient('ops-case', 'ADA LOVELACE', 3);
  await oldClient('ops-cyrillic', 'Аda Lovelace', 4);
  await oldClient('ops-hidden', 'Ada\u200b Lovelace', 5);
  await oldClient('ops-grace', 'Grace Hopper', 6);
  await oldClient('app-1', null, 7);
  await audited('pinctl:root', 'client.create', 'ops-grace');
  await audited('Ada Lovelace', 'client.rotate-secret', 'ops-grace');
  await audited('Grace Hopper', 'client.rotate-secret', 'ops-grace', 'ops-grace');
  const runner = owner.createQueryRunner();
  await new Persons1795863600000().up(runner);
  await runner.release();
  const persons = await owner.query<{ name: string; flaw: string | null }[]>(
    'SELECT name, flaw FROM persons ORDER BY created_at',
  );
  expect(persons).toEqual([
    { name: 'Ada Lovelace', flaw: null },
    { name: 'ADA LOVELACE', flaw: 'looks like Ada Lovelace' },
    { name: 'Аda Lovelace', flaw: expect.stringContaining('one script') },
    { name: 'Ada\u200b Lovelace', flaw: expect.stringContaining('invisible') },
    { name: 'Grace Hopper', flaw: null },
  ]);
  expect(
    await owner.query(
      `SELECT c.client_id, c.created_by, s.known_to FROM api_clients c JOIN client_secrets s USING (client_id)
        WHERE client_id IN ('ops-grace', 'ops-ada') ORDER BY 1`,
    ),
  ).toEqual([
    { client_id: 'ops-ada', created_by: null, known_to: null },
    { client_id: 'ops-grace', created_by: 'pinctl:root', known_to: ['Ada Lovelace', 'pinctl:root'] },
  ]);
});
