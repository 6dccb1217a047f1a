import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit, type PostOptions } from './service-kit.js';

interface Issued {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly secrets: readonly { readonly createdAt: string; readonly expiresAt?: string }[];
}

let kit: ServiceKit;
let operator: string;

beforeAll(async () => {
  kit = await ServiceKit.open();
  operator = await kit.identity.tokenFor({ scopes: ['ops:clients'], clientId: 'operator-1' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const PATH = '/v1/admin/clients';
const newId = () => `app-${randomUUID().slice(0, 8)}x`;

async function create(body: Readonly<Record<string, unknown>> = {}, options: PostOptions = {}) {
  const client = { clientId: newId(), scopes: ['pin:validate'], ...body };
  return await kit.post(PATH, client, { token: operator, ...options });
}

async function send(method: string, path: string, token = operator) {
  return await kit.service.request(method, path, { token });
}

describe('clients', () => {
  it('are created with a secret that is shown once, listed, read and revoked without it', async () => {
    const body = { allowedAddresses: ['192.0.2.0/24'], requestsPerMinute: 60 };
    const created = await create(body);
    const { clientId, clientSecret } = created.body as Issued;
    expect(created).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
    expect(created.body).toMatchObject({ ...body, scopes: ['pin:validate'], secrets: [{ ageDays: 0 }] });
    expect(clientSecret).toMatch(/^pwcs_/);
    const read = await send('GET', `${PATH}/${clientId}`);
    expect(read).toMatchObject({ status: 200, body: { clientId, ...body } });
    const listed = await send('GET', `${PATH}?limit=200`);
    expect(listed).toMatchObject({ status: 200, body: { nextCursor: null } });
    expect((listed.body as { items: unknown[] }).items).toContainEqual(read.body);
    const revoked = await send('DELETE', `${PATH}/${clientId}`);
    expect(revoked).toMatchObject({ status: 200, body: { clientId, revokedAt: expect.any(String) } });
    for (const { body: shown } of [read, listed, revoked]) {
      expect(JSON.stringify(shown)).not.toContain(clientSecret.slice(5));
    }
    expect(kit.service.output).not.toContain(clientSecret.slice(5));
  });

  it('are not created twice for one request id, nor is the secret shown again', async () => {
    const requestId = randomUUID();
    const clientId = newId();
    const first = await create({ clientId }, { requestId });
    const again = await create({ clientId }, { requestId });
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 409, body: { code: 'REQUEST_NOT_REPLAYABLE' } });
    expect(JSON.stringify(again.body)).not.toContain('pwcs_');
    expect(await create({}, { requestId })).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_ID_REUSED' },
    });
    expect(await create({ clientId })).toMatchObject({ status: 409, body: { code: 'CLIENT_ID_IN_USE' } });
  });

  it('are refused with a pointer to what is wrong', async () => {
    const mixed = { scopes: ['pin:validate', 'ops:clients'], person: 'Olga' };
    expect(await create(mixed)).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/scopes' }] },
    });
    expect(await create({ secret: 'mine' })).toMatchObject({ status: 400 });
    expect(await send('GET', `${PATH}?cursor=x`)).toMatchObject({ status: 400 });
  });

  it("are their own tenant's: another's is one that is not there", async () => {
    const { clientId } = (await create()).body as Issued;
    const elsewhere = await kit.identity.tokenFor({ scopes: ['ops:clients'], tenantId: 'elsewhere' });
    const foreign = await send('GET', `${PATH}/${clientId}`, elsewhere);
    expect(foreign).toMatchObject({ status: 404, body: { code: 'CLIENT_NOT_FOUND' } });
    expect(foreign.body).toEqual((await send('GET', `${PATH}/no-such-client`, elsewhere)).body);
    for (const [method, path] of [
      ['DELETE', `${PATH}/${clientId}`],
      ['POST', `${PATH}/${clientId}/rotate-secret`],
    ] as const) {
      expect(await send(method, path, elsewhere)).toMatchObject({ status: 404 });
    }
    expect((await send('GET', `${PATH}/${clientId}`)).body).not.toHaveProperty('revokedAt');
    expect(await send('GET', PATH, elsewhere)).toMatchObject({ body: { items: [], nextCursor: null } });
  });

  it('are for ops:clients alone', async () => {
    const { clientId } = (await create()).body as Issued;
    for (const token of [kit.cardApp, kit.operator]) {
      const calls = [
        create({}, { token }),
        send('GET', PATH, token),
        send('GET', `${PATH}/${clientId}`, token),
        send('DELETE', `${PATH}/${clientId}`, token),
        send('POST', `${PATH}/${clientId}/rotate-secret`, token),
      ];
      for (const { status, body } of await Promise.all(calls)) {
        expect({ status, body }).toMatchObject({ status: 403, body: { code: 'SCOPE_MISSING' } });
      }
    }
  });
});

describe('a change by one person, where one suffices', () => {
  const change = async (clientId: string, body: object) =>
    await kit.post(
      `${PATH}/${clientId}/change`,
      { reason: 'Decided by the board', ...body },
      { token: operator },
    );

  it('gives what the person may give, except to a client of their own', async () => {
    const { clientId } = (await create({ requestsPerMinute: 60 })).body as Issued;
    const more = { scopes: ['pin:set', 'pin:validate'], requestsPerMinute: 600 };
    expect(await change(clientId, more)).toMatchObject({ status: 200, body: { clientId, ...more } });
    await kit.knownPerson('Linus Torvalds');
    const person = 'Linus Torvalds';
    const other = await kit.newClient({ scopes: ['ops:clients'], person, requestsPerMinute: 60 });
    expect(await change(other.clientId, { scopes: ['ops:clients', 'ops:policy'] })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_NOT_GRANTABLE', scopes: ['ops:policy'] },
    });
    const own = await kit.newClient({
      clientId: 'operator-1x',
      scopes: ['ops:clients'],
      person,
      requestsPerMinute: 60,
    });
    const self = await kit.identity.tokenFor({ scopes: ['ops:clients'], clientId: own.clientId });
    const body = { requestsPerMinute: 61, reason: 'Decided by the board' };
    expect(await kit.post(`${PATH}/${own.clientId}/change`, body, { token: self })).toMatchObject({
      status: 403,
      body: { code: 'SAME_OPERATOR' },
    });
    expect(await change(own.clientId, { requestsPerMinute: 61 })).toMatchObject({ status: 200 });
  });
});

describe('rotating a secret', () => {
  it('shows an operator the new one and when the old one ends', async () => {
    const { clientId, clientSecret } = (await create()).body as Issued;
    const path = `${PATH}/${clientId}/rotate-secret`;
    const requestId = randomUUID();
    const rotated = await kit.post(path, undefined, { token: operator, requestId });
    expect(rotated).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
    const { clientSecret: next, secrets: known } = rotated.body as Issued;
    expect(next).not.toBe(clientSecret);
    expect(known).toHaveLength(2);
    expect(known[0]).not.toHaveProperty('expiresAt');
    expect(Date.parse(known[1]?.expiresAt ?? '') - Date.parse(known[0]?.createdAt ?? '')).toBe(86_400_000);
    expect(await kit.post(path, undefined, { token: operator, requestId })).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_NOT_REPLAYABLE' },
    });
  });

  it('is warned of in the log when a secret grows old', async () => {
    const { clientId } = (await create()).body as Issued;
    const owner = await kit.openOwner();
    await owner.query(
      "UPDATE client_secrets SET created_at = now() - interval '77 days' WHERE client_id = $1",
      [clientId],
    );
    const { identity, token, database } = kit;
    await using replica = await ServiceProcess.start({ identity, token, databaseUrl: database.serviceUrl });
    expect(replica.output).toContain(
      `the secret of client ${clientId} (tenant default) should be rotated before`,
    );
    const events = await owner.query<unknown[]>(
      "SELECT FROM outbox_events WHERE type = 'client.secret_expiring' AND data::jsonb ->> 'clientId' = $1",
      [clientId],
    );
    expect(events).toHaveLength(1);
  });
});

describe('registering a card under a request id', () => {
  it('is answered once, with the status it had, also when the card has changed', async () => {
    const requestId = randomUUID();
    const body = { cardRef: `ref-${randomUUID()}` };
    const first = await kit.post('/v1/cards', body, { requestId });
    const again = await kit.post('/v1/cards', body, { requestId });
    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect(again.body).toEqual(first.body);
    const existing = randomUUID();
    await kit.post('/v1/cards', body, { requestId: existing });
    expect(await kit.post('/v1/cards', body, { requestId: existing })).toMatchObject({
      status: 200,
      headers: { 'idempotent-replayed': 'true' },
      body: first.body,
    });
    const other = { cardRef: `ref-${randomUUID()}` };
    expect(await kit.post('/v1/cards', other, { requestId })).toMatchObject({
      status: 422,
      body: { code: 'REQUEST_ID_REUSED' },
    });
  });

  it('makes one card of 100 copies at once, each answered 201', async () => {
    const requestId = randomUUID();
    const body = { cardRef: `ref-${randomUUID()}` };
    const copies = Array.from({ length: 100 }, () => kit.post('/v1/cards', body, { requestId }));
    const answers = await Promise.all(copies);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
  });
});
