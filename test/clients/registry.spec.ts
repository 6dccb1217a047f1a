import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TimeOrNever } from '#libs/database';
import { cardApp, ClientKit, contextOf, FROM_HERE, refusalsOf, TENANT } from './client-kit.js';

let kit: ClientKit;
beforeAll(async () => {
  kit = await ClientKit.open();
});
afterAll(() => kit[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe('a new client', () => {
  it('is told its secret once, and the database keeps a slow hash alone', async () => {
    const asked = cardApp({
      scopes: ['pin:validate', 'cards:read'],
      allowedAddresses: ['192.0.2.0/24', '2001:DB8::/32', '192.0.2.0/24'],
      requestsPerMinute: 600,
    });
    const { client, secret } = await kit.registry().create(contextOf(), asked);
    expect(client).toEqual({
      tenantId: TENANT,
      clientId: asked.clientId,
      scopes: ['cards:read', 'pin:validate'],
      person: null,
      allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
      requestsPerMinute: 600,
      createdAt: kit.now(),
      revokedAt: TimeOrNever.never,
      secrets: [{ createdAt: kit.now(), expiresAt: TimeOrNever.never }],
      keys: [],
    });
    expect(secret.reveal()).toMatch(/^pwcs_[A-Za-z0-9_-]{43}$/);
    expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`).not.toContain(
      secret.reveal(),
    );
    const tables = ['api_clients', 'client_secrets', 'audit_events', 'idempotency_records', 'outbox_events'];
    for (const table of tables) {
      const rows = await kit.owner.query<unknown[]>(`SELECT t::text FROM ${table} AS t`);
      expect(JSON.stringify(rows), table).not.toContain(secret.reveal().slice(5));
    }
    expect(await kit.auditOf(asked.clientId)).toEqual(['client.create created']);
  });

  it('has an id that no other client of its tenant has', async () => {
    const { clientId } = await kit.newClient();
    const again = kit.registry().create(contextOf(), cardApp({ clientId }));
    await expect(again).rejects.toThrow(code('CLIENT_ID_IN_USE'));
  });

  it('may have the id of a client of another tenant, which does not show: each is known by its secret', async () => {
    const one = await kit.newClient();
    const tenantId = await kit.newTenant();
    const other = await kit.newClient({ tenantId, clientId: one.clientId });
    const authenticate = async (secret: string) =>
      (await kit.registry().authenticate(one.clientId, secret, FROM_HERE))?.tenantId;
    expect(await authenticate(one.secret)).toBe(TENANT);
    expect(await authenticate(other.secret)).toBe(tenantId);
    await kit.registry().revoke(contextOf(), one.clientId);
    expect(await authenticate(one.secret)).toBeUndefined();
    expect(await authenticate(other.secret)).toBe(tenantId);
    await kit.owner.query('UPDATE client_secrets SET digest = NULL WHERE client_id = $1', [one.clientId]);
    expect(await authenticate(other.secret)).toBe(tenantId);
    expect(await kit.registry().findTenant(one.clientId)).toBeNull();
  });

  it('belongs to a tenant that exists', async () => {
    const context = contextOf({ tenantId: 'nobody' });
    await expect(kit.registry().create(context, cardApp())).rejects.toThrow(code('INTERNAL'));
  });

  it('is one, however many copies of the request come at once', async () => {
    const context = contextOf();
    const asked = cardApp();
    const copies = Array.from({ length: 100 }, () => kit.registry().create(context, asked));
    const settled = await Promise.allSettled(copies);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(refusalsOf(settled)).toEqual(['REQUEST_NOT_REPLAYABLE']);
    expect(await kit.auditOf(asked.clientId)).toEqual(['client.create created']);
  });

  it('is refused under a request id that another body has used', async () => {
    const context = contextOf();
    await kit.registry().create(context, cardApp());
    const other = contextOf({ requestId: context.requestId, body: 'other' });
    await expect(kit.registry().create(other, cardApp())).rejects.toThrow(code('REQUEST_ID_REUSED'));
  });

  it('may not call from anywhere where the policy says so', async () => {
    const production = kit.registry({ allowAnyAddress: false });
    for (const allowedAddresses of [undefined, [], ['0.0.0.0/0'], ['192.0.2.1', '::/0']]) {
      const created = production.create(contextOf(), cardApp({ allowedAddresses }));
      await expect(created).rejects.toMatchObject({
        members: { errors: [{ pointer: '/allowedAddresses' }] },
      });
    }
    const { client } = await production.create(contextOf(), cardApp({ allowedAddresses: ['192.0.2.1'] }));
    expect(client.allowedAddresses).toEqual(['192.0.2.1/32']);
  });
});

describe('looking for clients', () => {
  it('finds whose a client is, and shows a tenant its own alone', async () => {
    const tenantId = await kit.newTenant();
    const { clientId } = await kit.newClient({ tenantId });
    expect(await kit.registry().findTenant(clientId)).toBe(tenantId);
    expect(await kit.registry().find(tenantId, clientId)).toMatchObject({ tenantId, clientId });
    for (const none of ['no-such-client', '\0']) {
      expect(await kit.registry().findTenant(none)).toBeNull();
      expect(await kit.registry().find(tenantId, none)).toBeNull();
    }
    await expect(kit.registry().read(TENANT, clientId)).rejects.toThrow(code('CLIENT_NOT_FOUND'));
    expect(await kit.registry().read(tenantId, clientId)).toMatchObject({ clientId });
    const listed = await kit.registry().list(TENANT, { limit: 200 });
    expect(listed.items.map((client) => client.clientId)).not.toContain(clientId);
  });

  it('lists each once, page by page', async () => {
    const tenantId = await kit.newTenant();
    const clients = await Promise.all(Array.from({ length: 5 }, () => kit.newClient({ tenantId })));
    const ids = clients.map(({ clientId }) => clientId).toSorted();
    const listed: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await kit.registry().list(tenantId, { limit: 2, cursor: cursor ?? undefined });
      listed.push(...page.items.map(({ clientId }) => clientId));
      cursor = page.nextCursor;
      expect(page.items.every(({ secrets }) => secrets.length === 1)).toBe(true);
    } while (cursor !== null);
    expect(listed).toEqual(ids);
  });

  it.each(['', 'x', '!!!', Buffer.from('UPPER').toString('base64url'), 'AAAA'])(
    'refuses the cursor %j',
    async (cursor) => {
      await expect(kit.registry().list(TENANT, { limit: 1, cursor })).rejects.toThrow(
        code('REQUEST_INVALID'),
      );
    },
  );
});

describe('revoking', () => {
  it('ends the client, once, and is answered the same again', async () => {
    const { clientId, secret } = await kit.newClient();
    const context = contextOf();
    const revoked = await kit.registry().revoke(context, clientId);
    expect(revoked.body.revokedAt).toBe(kit.now().toISOString());
    expect(await kit.registry().authenticate(clientId, secret, FROM_HERE)).toBeNull();
    expect((await kit.registry().find(TENANT, clientId))?.revokedAt).toEqual(TimeOrNever.at(kit.now()));
    kit.passHours(1);
    expect(await kit.registry().revoke(context, clientId)).toEqual({ body: revoked.body, replayed: true });
    const again = await kit.registry().revoke(contextOf(), clientId);
    expect(again.body.revokedAt).toBe(revoked.body.revokedAt);
    expect(await kit.auditOf(clientId)).toEqual(['client.create created', 'client.revoke revoked']);
  });

  it('is told to the audit trail once, also when several operators do it at once', async () => {
    const { clientId } = await kit.newClient();
    await Promise.all(Array.from({ length: 5 }, () => kit.registry().revoke(contextOf(), clientId)));
    expect(await kit.auditOf(clientId)).toEqual(['client.create created', 'client.revoke revoked']);
  });

  it("does not know another tenant's client", async () => {
    const { clientId, secret } = await kit.newClient();
    const foreign = contextOf({ tenantId: await kit.newTenant() });
    await expect(kit.registry().revoke(foreign, clientId)).rejects.toThrow(code('CLIENT_NOT_FOUND'));
    await expect(kit.registry().rotateSecret(foreign, clientId)).rejects.toThrow(code('CLIENT_NOT_FOUND'));
    await expect(kit.registry().revoke(contextOf(), '\0')).rejects.toThrow(code('CLIENT_NOT_FOUND'));
    expect(await kit.registry().authenticate(clientId, secret, FROM_HERE)).toMatchObject({ clientId });
  });
});
