import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinctl } from '../pinctl/run-pinctl.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const SCOPES = ['ops:unlock', 'ops:clients', 'webhooks:manage'];
const CLIENTS = '/v1/admin/clients';

let kit: ServiceKit;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ APPROVALS: '2' });
  const clientId = 'console';
  ada = await kit.identity.tokenFor({ scopes: SCOPES, clientId, subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes: SCOPES, clientId, subject: 'Grace Hopper' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const idIn = ({ body }: ServiceResponse) => (body as { approvalId: string }).approvalId;
const step = async (approvalId: string, what: string, token: string, requestId: string = randomUUID()) =>
  await kit.post(`/v1/admin/approvals/${approvalId}/${what}`, undefined, { token, requestId });

describe('a client that is asked for over REST', () => {
  it('waits for the second person, who sees all of it, and whose secret the first collects', async () => {
    const client = { clientId: `app-${randomUUID().slice(0, 8)}x`, scopes: ['pin:reset'] };
    const requestId = randomUUID();
    const asking = { token: ada, requestId };
    const asked = await kit.post(CLIENTS, { ...client, reason: 'New shop in Lyon' }, asking);
    expect(asked.status).toBe(202);
    expect(await kit.post(CLIENTS, { ...client, reason: 'New shop in Lyon' }, asking)).toMatchObject({
      status: 202,
      headers: { 'idempotent-replayed': 'true' },
      body: asked.body,
    });
    const approvalId = idIn(asked);
    const seen = await kit.service.request('GET', `/v1/admin/approvals/${approvalId}`, { token: grace });
    expect(seen.body).toMatchObject({
      kind: 'client-create',
      reason: 'New shop in Lyon',
      request: client,
      requestedBy: 'Ada Lovelace',
      requestedThrough: 'console',
      status: 'pending',
    });
    expect(await step(approvalId, 'approve', ada)).toMatchObject({
      status: 403,
      body: { code: 'SAME_OPERATOR' },
    });
    expect(await step(approvalId, 'collect', ada)).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_TO_COLLECT' },
    });
    const approved = await step(approvalId, 'approve', grace);
    expect(approved).toMatchObject({ status: 200, body: { approvalId, status: 'approved' } });
    expect(JSON.stringify(approved.body)).not.toContain('pwcs_');
    expect(await step(approvalId, 'collect', grace)).toMatchObject({
      status: 403,
      body: { code: 'NOT_THE_REQUESTER' },
    });
    const collected = await step(approvalId, 'collect', ada);
    expect(collected).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
    const { clientSecret } = collected.body as { clientSecret: string };
    const form = {
      grant_type: 'client_credentials',
      client_id: client.clientId,
      client_secret: clientSecret,
    };
    expect((await kit.requestToken(form)).status).toBe(200);
    expect(kit.service.output).not.toContain(clientSecret.slice(5));
  });

  it('holds no scope that the asking operator lacks', async () => {
    await kit.knownPerson('Linus Torvalds');
    const operator = { clientId: 'ops-linus', scopes: ['ops:read', 'audit:read'], person: 'Linus Torvalds' };
    expect(await kit.post(CLIENTS, operator, { token: ada })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_NOT_GRANTABLE', scopes: ['ops:read', 'audit:read'] },
    });
    const { clientId } = await kit.newClient({ scopes: ['audit:read'], person: 'Linus Torvalds' });
    expect(await kit.post(`${CLIENTS}/${clientId}/rotate-secret`, undefined, { token: ada })).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_NOT_GRANTABLE', scopes: ['audit:read'] },
    });
  });
});

describe('an endpoint that gets one-time passwords', () => {
  it('takes two persons, and its secret is shown to the first alone; others are made by one', async () => {
    const url = 'https://receiver.example/events';
    const token = ada;
    expect(await kit.post('/v1/webhook-endpoints', { url, events: ['pin.locked'] }, { token })).toMatchObject(
      {
        status: 201,
      },
    );
    const asked = await kit.post('/v1/webhook-endpoints', { url, events: ['otp.issued'] }, { token });
    expect(asked.status).toBe(202);
    const urls = async () => {
      const { body } = await kit.service.request('GET', '/v1/webhook-endpoints', { token });
      return (body as { items: { events?: string[] }[] }).items.map(({ events }) => events?.join());
    };
    expect(await urls()).toEqual(['pin.locked']);
    expect(await step(idIn(asked), 'approve', grace)).toMatchObject({ status: 200 });
    expect(await urls()).toEqual(['pin.locked', 'otp.issued']);
    const collected = await step(idIn(asked), 'collect', ada);
    expect(collected).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect(await step(idIn(asked), 'collect', ada)).toMatchObject({ status: 409 });
    const owner = await kit.openOwner();
    const told = await owner.query<{ after: boolean }[]>(
      `SELECT w.created_at > e.occurred_at AS after FROM outbox_events e
         JOIN webhook_endpoints w ON w.endpoint_id::text = e.data::jsonb ->> 'endpointId'
        WHERE e.type = 'webhook_endpoint.created'`,
    );
    expect(told).toEqual([{ after: true }, { after: true }]);
  });

  it('goes on with its secret until two persons have changed it, and others are changed by one', async () => {
    const url = 'https://receiver.example/codes';
    const post = async (path: string, body?: object) =>
      await kit.post(`/v1/webhook-endpoints${path}`, body, { token: ada });
    const plain = (await post('', { url, events: ['pin.locked'] })).body as { endpointId: string };
    expect(await post(`/${plain.endpointId}/rotate-secret`)).toMatchObject({
      status: 201,
      body: { secret: expect.stringMatching(/^whsec_/) },
    });
    const asked = await post('', { url, events: ['otp.issued', 'pin.locked'] });
    await step(idIn(asked), 'approve', grace);
    const { endpointId, secret } = (await step(idIn(asked), 'collect', ada)).body as {
      endpointId: string;
      secret: string;
    };
    const rotation = await post(`/${endpointId}/rotate-secret`, { reason: 'The receiver has moved' });
    expect(rotation.status).toBe(202);
    const seen = await kit.service.request('GET', `/v1/admin/approvals/${idIn(rotation)}`, { token: grace });
    expect(seen.body).toMatchObject({
      kind: 'webhook-rotate-secret',
      reason: 'The receiver has moved',
      request: { endpointId, url, events: ['otp.issued', 'pin.locked'] },
    });
    expect(await step(idIn(rotation), 'approve', ada)).toMatchObject({ body: { code: 'SAME_OPERATOR' } });
    expect(await step(idIn(rotation), 'collect', ada)).toMatchObject({
      body: { code: 'NOTHING_TO_COLLECT' },
    });
    const approved = await step(idIn(rotation), 'approve', grace);
    expect(approved).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(JSON.stringify(approved.body)).not.toContain('whsec_');
    const told = async () =>
      (await kit.service.request('GET', `/v1/admin/approvals/${idIn(rotation)}`, { token: grace })).body;
    expect(await told()).toMatchObject({ collected: false });
    const secrets = async () => {
      const owner = await kit.openOwner();
      return (await owner.query<object[]>('SELECT FROM webhook_secrets WHERE endpoint_id = $1', [endpointId]))
        .length;
    };
    expect(await secrets()).toBe(1);
    const collected = await step(idIn(rotation), 'collect', ada);
    expect(collected).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect((collected.body as { secret: string }).secret).not.toBe(secret);
    expect(await told()).toMatchObject({ collected: true });
    expect(await secrets()).toBe(2);
    const owner = await kit.openOwner();
    expect(
      await owner.query(
        `SELECT data::jsonb ->> 'approvedBy' AS by FROM outbox_events
          WHERE type = 'webhook_endpoint.secret_rotated' AND data::jsonb ->> 'endpointId' = $1`,
        [endpointId],
      ),
    ).toEqual([{ by: 'Grace Hopper' }]);
  });

  it('is not seen by operators of another matter', async () => {
    const token = await kit.identity.tokenFor({ scopes: ['ops:unlock'], subject: 'Joan Clarke' });
    const url = 'https://receiver.example/events';
    const asked = await kit.post('/v1/webhook-endpoints', { url, events: ['otp.issued'] }, { token: ada });
    expect(await step(idIn(asked), 'approve', token)).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_MISSING' },
    });
    const { body } = await kit.service.request('GET', '/v1/admin/approvals?limit=200', { token });
    expect(JSON.stringify(body)).not.toContain(idIn(asked));
  });
});

describe('the command line', () => {
  it('makes the first two operators and no further client, and revokes always', async () => {
    const environment = { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' };
    const run = async (...args: string[]) => await pinctl(args, environment);
    const create = async (id: string, person: string) =>
      await run('clients', 'create', id, '--scope', 'ops:clients', '--person', person);
    for (const name of ['Joan Clarke', 'Mary Jackson']) {
      expect(await run('persons', 'create', name)).toMatchObject({ code: 0 });
    }
    // The provider's two operators have just decided about a client.
    expect(await create('ops-joan', 'Joan Clarke')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('takes two persons'),
    });
    const owner = await kit.openOwner();
    await owner.query("UPDATE approvals SET decided_at = decided_at - interval '30 days'");
    expect(await create('ops-joan', 'Joan Clarke')).toMatchObject({ code: 0 });
    expect(await create('ops-mary', 'Nobody')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--person'),
    });
    expect(await create('ops-mary', 'MARY JACKSON')).toMatchObject({ code: 0 });
    for (const refused of [
      await create('ops-third', 'Joan Clarke'),
      await run('clients', 'rotate', 'ops-joan'),
    ]) {
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('takes two persons'),
      });
    }
    expect(await run('clients', 'revoke', 'ops-joan', '--yes')).toMatchObject({ code: 0 });
    expect(await create('ops-third', 'Joan Clarke')).toMatchObject({ code: 0 });
  }, 300_000);
});
