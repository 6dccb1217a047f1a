import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROM_HERE, refusalsOf } from '../clients/client-kit.js';
import { newApp, TwoPersons, type Operator } from './two-persons-kit.js';

let kit: TwoPersons;
let ada: Operator;
let grace: Operator;
beforeAll(async () => {
  kit = await TwoPersons.open();
  ada = await kit.operator('Ada Lovelace');
  grace = await kit.operator('Grace Hopper');
});
afterAll(() => kit[Symbol.asyncDispose]());

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
const events = async (type: string) =>
  (
    await kit.clients.owner.query<{ data: string }[]>(
      'SELECT data FROM outbox_events WHERE type = $1 ORDER BY id',
      [type],
    )
  ).map(({ data }) => JSON.parse(data) as Record<string, unknown>);

describe('a client that takes two persons', () => {
  it('is shown whole to the second, made at the approval, and works once the first has its secret', async () => {
    const asked = { ...newApp(), allowedAddresses: ['192.0.2.0/24'] };
    const approvalId = await kit.ask(ada, asked);
    expect(await kit.approvals.read('default', approvalId)).toMatchObject({
      kind: 'client-create',
      status: 'pending',
      reason: 'for the shop',
      request: asked,
      requestedBy: 'Ada Lovelace',
      requestedThrough: ada.clientId,
    });
    const registry = kit.clients.registry();
    expect(await registry.find('default', asked.clientId)).toBeNull();
    expect(await kit.approve(grace, approvalId)).toEqual({ approvalId, status: 'approved' });
    expect(await registry.find('default', asked.clientId)).toMatchObject({ secrets: [] });
    await expect(kit.collect(grace, approvalId)).rejects.toThrow(code('NOT_THE_REQUESTER'));
    const { clientId, clientSecret } = await kit.collect(ada, approvalId);
    expect(await registry.authenticate(clientId, clientSecret, FROM_HERE)).toMatchObject({
      clientId: asked.clientId,
    });
    expect((await kit.approvals.read('default', approvalId)).collectedAt.isNever).toBe(false);
    await expect(kit.collect(ada, approvalId)).rejects.toThrow(code('NOTHING_TO_COLLECT'));
    const lines = await kit.clients.owner.query<{ action: string; subject: string; details: string }[]>(
      `SELECT action, subject, details FROM audit_events
        WHERE details LIKE '%' || $1 || '%' ORDER BY audit_id`,
      [approvalId],
    );
    expect(lines.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'approval.request Ada Lovelace',
      'client.create Grace Hopper',
      'approval.approve Grace Hopper',
      'approval.collect Ada Lovelace',
    ]);
    expect(JSON.parse(lines[1]?.details ?? '')).toMatchObject({
      requestedBy: 'Ada Lovelace',
      approvedBy: 'Grace Hopper',
      client: asked.clientId,
    });
    expect(JSON.stringify(lines)).not.toContain(clientSecret.slice(5));
    const told = (await events('client.created')).filter((data) => data['clientId'] === clientId);
    expect(told).toMatchObject([{ scopes: ['pin:reset'], requestedBy: 'Ada Lovelace', by: 'Grace Hopper' }]);
    const requested = (await events('approval.requested')).filter(
      (data) => data['approvalId'] === approvalId,
    );
    expect(requested).toHaveLength(1);
  });

  it('is refused at once where it could not be made, and at the approval where it no longer can', async () => {
    const taken = newApp();
    const [first, second] = [await kit.ask(ada, taken), await kit.ask(ada, taken)];
    await kit.approve(grace, first);
    await expect(kit.approve(grace, second)).rejects.toThrow(code('CLIENT_ID_IN_USE'));
    expect((await kit.approvals.read('default', second)).status).toBe('pending');
    await expect(kit.ask(ada, taken)).rejects.toThrow(code('CLIENT_ID_IN_USE'));
    const nobody = { clientId: 'ops-nobody', scopes: ['ops:read'], person: 'Nobody' };
    await expect(kit.ask(ada, nobody)).rejects.toThrow(code('REQUEST_INVALID'));
  });

  it('is over after 24 hours, by the clock of the database', async () => {
    const approvalId = await kit.ask(ada);
    await kit.clients.owner.query(
      'UPDATE approvals SET expires_at = clock_timestamp() WHERE approval_id = $1',
      [approvalId],
    );
    await expect(kit.approve(grace, approvalId)).rejects.toThrow(code('APPROVAL_CLOSED'));
    expect((await kit.approvals.read('default', approvalId)).status).toBe('lapsed');
    const late = await kit.ask(ada);
    await kit.approve(grace, late);
    await kit.clients.owner.query(
      "UPDATE approvals SET decided_at = decided_at - interval '24 hours' WHERE approval_id = $1",
      [late],
    );
    await expect(kit.collect(ada, late)).rejects.toThrow(code('NOTHING_TO_COLLECT'));
  });
});

describe("another's secret", () => {
  it('goes on until the requester collects the new one', async () => {
    const app = await kit.clients.newClient();
    const approvalId = await kit.askRotation(ada, app.clientId);
    await kit.approve(grace, approvalId);
    const registry = kit.clients.registry();
    expect((await registry.find('default', app.clientId))?.secrets).toHaveLength(1);
    const { clientSecret } = await kit.collect(ada, approvalId);
    expect(await registry.authenticate(app.clientId, clientSecret, FROM_HERE)).not.toBeNull();
    expect(await registry.authenticate(app.clientId, app.secret, FROM_HERE)).not.toBeNull();
  });
});

describe('one decision', () => {
  it('is made when many approve at once', async () => {
    const approvalId = await kit.ask(ada);
    const copies = Array.from({ length: 12 }, async () => await kit.approve(grace, approvalId));
    const settled = await Promise.allSettled(copies);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      refusalsOf(settled).every((one) => ['APPROVAL_CLOSED', 'DATABASE_UNAVAILABLE'].includes(one)),
    ).toBe(true);
  });

  it('is made when approvals and rejections meet, and the client is there or not accordingly', async () => {
    for (let round = 0; round < 5; round += 1) {
      const asked = newApp();
      const approvalId = await kit.ask(ada, asked);
      const settled = await Promise.allSettled(
        Array.from({ length: 8 }, async (_, index) =>
          index % 2 === 0
            ? await kit.approve(grace, approvalId)
            : (await kit.approvals.reject({ context: ada(), approvalId })).body,
        ),
      );
      const made = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.status] : []));
      expect(made).toHaveLength(1);
      const found = await kit.clients.registry().find('default', asked.clientId);
      expect(found !== null).toBe(made[0] === 'approved');
    }
  });

  it('shows its secret once when many collect at once', async () => {
    const approvalId = await kit.ask(ada);
    await kit.approve(grace, approvalId);
    const settled = await Promise.allSettled(
      Array.from({ length: 6 }, async () => await kit.collect(ada, approvalId)),
    );
    const shown = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(shown).toHaveLength(1);
    const [{ clientId, clientSecret } = { clientId: '', clientSecret: '' }] = shown;
    expect(await kit.clients.registry().authenticate(clientId, clientSecret, FROM_HERE)).not.toBeNull();
  });

  it('waits for no more than fifty requests of one person, however many come at once', async () => {
    const many = await kit.operator('Many Requests');
    await kit.ask(many);
    await kit.clients.owner.query(
      `INSERT INTO approvals (tenant_id, approval_id, kind, status, content, requested_by, requested_through)
       SELECT tenant_id, gen_random_uuid(), kind, status, content, requested_by, requested_through
         FROM approvals, generate_series(1, 46) WHERE requested_by = 'Many Requests'`,
    );
    const settled = await Promise.allSettled(Array.from({ length: 8 }, async () => await kit.ask(many)));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(refusalsOf(settled)).toEqual(['RATE_LIMITED']);
    await expect(kit.ask(many)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      members: { limit: 'person-approvals' },
      retryAfterSeconds: 3_600,
    });
  });
});
