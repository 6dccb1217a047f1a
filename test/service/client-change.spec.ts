import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type PostOptions } from './service-kit.js';

const CLIENTS = '/v1/admin/clients';
const REASON = 'Decision of the security board';
const BEFORE = {
  scopes: ['pin:set', 'pin:validate'],
  allowedAddresses: ['127.0.0.0/8', '192.0.2.0/24'],
  requestsPerMinute: 600,
};

let kit: ServiceKit;
let owner: DataSource;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ APPROVALS: '2', TOKEN_CACHE_SECONDS: '300' });
  owner = await kit.openOwner();
  const scopes = ['ops:clients', 'ops:read', 'audit:read'];
  ada = await kit.identity.tokenFor({ scopes, clientId: 'ops-ada', subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes, clientId: 'ops-grace', subject: 'Grace Hopper' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const newClient = async (changed: object = {}) => await kit.newClient({ ...BEFORE, ...changed });
const change = async (clientId: string, body: object, options: PostOptions = {}) =>
  await kit.post(`${CLIENTS}/${clientId}/change`, { reason: REASON, ...body }, { token: ada, ...options });
const read = async (clientId: string) =>
  (await kit.service.request('GET', `${CLIENTS}/${clientId}`, { token: ada })).body;
const idIn = ({ body }: ServiceResponse) => (body as { approvalId: string }).approvalId;
const step = async (approvalId: string, what: string, token: string) =>
  await kit.post(`/v1/admin/approvals/${approvalId}/${what}`, undefined, { token });
const codeOf = ({ status, body }: ServiceResponse) => [status, (body as { code?: string }).code];
const tokenOf = async ({ clientId, clientSecret }: { clientId: string; clientSecret: string }) => {
  const { body } = await kit.requestToken({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  return (body as { access_token: string }).access_token;
};
const trail = async (clientId: string) =>
  (
    await owner.query<{ subject: string; result: string; details: string }[]>(
      `SELECT subject, result, details FROM audit_events
        WHERE action = 'client.change' AND details::jsonb ->> 'client' = $1 ORDER BY audit_id`,
      [clientId],
    )
  ).map(({ details, ...line }) => ({ ...line, details: JSON.parse(details) as object }));
const events = async (clientId: string) =>
  (
    await owner.query<{ data: string }[]>(
      `SELECT data FROM outbox_events WHERE type = 'client.changed' AND data::jsonb ->> 'clientId' = $1 ORDER BY id`,
      [clientId],
    )
  ).map(({ data }) => JSON.parse(data) as object);

describe('a change that only takes power away', () => {
  it.each<[string, object]>([
    ['fewer scopes', { scopes: ['pin:validate'] }],
    ['a part of its addresses', { allowedAddresses: ['192.0.2.128/25'] }],
    ['a lower rate', { requestsPerMinute: 60 }],
    ['all of it', { scopes: ['pin:set'], allowedAddresses: ['127.0.0.1/32'], requestsPerMinute: 1 }],
  ])('is made by one person at once: %s', async (_, changed) => {
    const { clientId } = await newClient();
    expect(await change(clientId, changed)).toMatchObject({
      status: 200,
      body: { clientId, ...BEFORE, ...changed },
    });
    expect(await read(clientId)).toMatchObject({ ...BEFORE, ...changed });
  });

  it('counts as one for a client that could call from anywhere, at the rate of the service', async () => {
    const { clientId } = await kit.newClient({ scopes: BEFORE.scopes });
    const narrowed = { allowedAddresses: ['192.0.2.0/24'], requestsPerMinute: 60_000 };
    expect(await change(clientId, narrowed)).toMatchObject({ status: 200, body: narrowed });
    // The same number, as the service has it.
    const own = await change(clientId, { requestsPerMinute: null });
    expect(own.status).toBe(200);
    expect(own.body).not.toHaveProperty('requestsPerMinute');
  });

  it('is in the trail and told to endpoints, before and after, and once for one request id', async () => {
    const { clientId } = await newClient();
    const requestId = randomUUID();
    const body = { scopes: ['pin:set'], allowedAddresses: ['192.0.2.0/24'] };
    const first = await change(clientId, body, { requestId });
    const again = await change(clientId, body, { requestId });
    expect(again).toMatchObject({
      status: 200,
      headers: { 'idempotent-replayed': 'true' },
      body: first.body,
    });
    expect(codeOf(await change(clientId, { scopes: ['pin:validate'] }, { requestId }))).toEqual([
      422,
      'REQUEST_ID_REUSED',
    ]);
    expect(await trail(clientId)).toEqual([
      {
        subject: 'Ada Lovelace',
        result: 'changed',
        details: {
          client: clientId,
          before: {
            scopes: 'pin:set pin:validate',
            allowedAddresses: '127.0.0.0/8 192.0.2.0/24',
            requestsPerMinute: 600,
          },
          after: { scopes: 'pin:set', allowedAddresses: '192.0.2.0/24', requestsPerMinute: 600 },
          reason: REASON,
        },
      },
    ]);
    expect(await events(clientId)).toMatchObject([
      {
        changed: ['scopes', 'allowedAddresses'],
        scopes: ['pin:set'],
        by: 'Ada Lovelace',
        through: 'ops-ada',
      },
    ]);
  });

  it('holds at once for tokens that were issued before, and a moment later on other replicas', async () => {
    const client = await newClient();
    const token = await tokenOf(client);
    await using other = await ServiceProcess.start({
      identity: kit.identity,
      databaseUrl: kit.database.serviceUrl,
      token: kit.token,
      environment: { TOKEN_CACHE_SECONDS: '300' },
    });
    const card = await kit.cardWithPin('4711');
    const validate = async (service: ServiceProcess) =>
      codeOf(
        await service.request('POST', `/v1/cards/${card.cardId}/pin/validate`, {
          token,
          body: { encryptedPin: await kit.encrypt('4711', card) },
        }),
      );
    for (const service of [kit.service, other]) expect(await validate(service)).toEqual([200, undefined]);
    expect((await change(client.clientId, { scopes: ['pin:set'] })).status).toBe(200);
    expect(await validate(kit.service)).toEqual([403, 'SCOPE_MISSING']);
    await expect.poll(() => validate(other)).toEqual([403, 'SCOPE_MISSING']);
    const keys = async (service: ServiceProcess) =>
      codeOf(await service.request('GET', '/v1/pin-keys', { token }));
    for (const service of [kit.service, other]) expect(await keys(service)).toEqual([200, undefined]);
    await change(client.clientId, { allowedAddresses: ['192.0.2.0/24'] });
    expect(await keys(kit.service)).toEqual([403, 'ADDRESS_NOT_ALLOWED']);
    await expect.poll(() => keys(other)).toEqual([403, 'ADDRESS_NOT_ALLOWED']);
    await kit.service.request('DELETE', `${CLIENTS}/${client.clientId}`, { token: ada });
    expect(await keys(kit.service)).toEqual([401, 'TOKEN_INVALID']);
    await expect.poll(() => keys(other)).toEqual([401, 'TOKEN_INVALID']);
  });
});

describe('a change that makes power', () => {
  it.each<[string, object]>([
    ['a scope', { scopes: [...BEFORE.scopes, 'pin:change'] }],
    ['other addresses', { allowedAddresses: ['127.0.0.0/8', '198.51.100.0/24'] }],
    ['a wider range', { allowedAddresses: ['192.0.2.0/23'] }],
    ['all addresses', { allowedAddresses: [] }],
    ['a higher rate', { requestsPerMinute: 601 }],
    ['the rate of the service', { requestsPerMinute: null }],
    ['a scope for another', { scopes: ['pin:change'] }],
  ])('takes two persons: %s', async (_, changed) => {
    const { clientId } = await newClient();
    const before = await read(clientId);
    const asked = await change(clientId, changed);
    expect(asked.status).toBe(202);
    expect(await read(clientId)).toEqual(before);
    const seen = await kit.service.request('GET', `/v1/admin/approvals/${idIn(asked)}`, { token: grace });
    expect(seen.body).toMatchObject({
      kind: 'client-change',
      reason: REASON,
      requestedBy: 'Ada Lovelace',
      request: { clientId, person: null, before: BEFORE, after: { ...BEFORE, ...changed } },
    });
    expect(codeOf(await step(idIn(asked), 'approve', ada))).toEqual([403, 'SAME_OPERATOR']);
    expect(await trail(clientId)).toEqual([]);
    expect(await step(idIn(asked), 'approve', grace)).toMatchObject({ status: 200 });
    const { requestsPerMinute, ...after } = { ...BEFORE, ...changed };
    expect(await read(clientId)).toMatchObject({
      ...after,
      ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
    });
    expect(codeOf(await step(idIn(asked), 'collect', ada))).toEqual([409, 'NOTHING_TO_COLLECT']);
    const both = { requestedBy: 'Ada Lovelace', approvedBy: 'Grace Hopper', approvalId: idIn(asked) };
    expect(await trail(clientId)).toMatchObject([
      { subject: 'Grace Hopper', details: { reason: REASON, ...both } },
    ]);
    expect(await events(clientId)).toMatchObject([both]);
  });

  it('is asked for once under one request id', async () => {
    const { clientId } = await newClient();
    const requestId = randomUUID();
    const body = { requestsPerMinute: 6_000 };
    const asked = await change(clientId, body, { requestId });
    expect(await change(clientId, body, { requestId })).toMatchObject({
      status: 202,
      headers: { 'idempotent-replayed': 'true' },
      body: asked.body,
    });
  });

  it('gives no scope that the asking operator lacks', async () => {
    await kit.knownPerson('Linus Torvalds');
    const { clientId } = await newClient({ scopes: ['ops:read'], person: 'Linus Torvalds' });
    const asked = await change(clientId, { scopes: ['ops:read', 'ops:policy', 'audit:read'] });
    expect(asked).toMatchObject({
      status: 403,
      body: { code: 'SCOPE_NOT_GRANTABLE', scopes: ['ops:policy'] },
    });
    expect((await change(clientId, { scopes: ['ops:read', 'audit:read'] })).status).toBe(202);
  });

  it('is neither asked for nor approved by the person whose client it is, through whichever client', async () => {
    for (const name of ['Linus Torvalds', 'Joan Clarke', 'Linda Other']) await kit.knownPerson(name);
    const scopes = ['ops:clients', 'ops:read'];
    const linus = await newClient({ scopes, person: 'Linus Torvalds' });
    const second = await newClient({ scopes, person: 'Linus Torvalds' });
    const joan = await tokenOf(await newClient({ scopes, person: 'Joan Clarke' }));
    // As if the command line had made them: no person knows the secrets of two.
    await owner.query('UPDATE client_secrets SET known_to = NULL');
    await owner.query("UPDATE api_clients SET created_by = 'pinctl:root'");
    for (const token of [await tokenOf(linus), await tokenOf(second)]) {
      expect(codeOf(await change(linus.clientId, { requestsPerMinute: 601 }, { token }))).toEqual([
        403,
        'SAME_OPERATOR',
      ]);
    }
    const asked = await change(linus.clientId, { requestsPerMinute: 601 }, { token: joan });
    expect(asked.status).toBe(202);
    for (const token of [await tokenOf(linus), await tokenOf(second)])
      expect(codeOf(await step(idIn(asked), 'approve', token))).toEqual([403, 'SAME_OPERATOR']);
    const linda = await tokenOf(await newClient({ scopes, person: 'Linda Other' }));
    await owner.query('UPDATE client_secrets SET known_to = NULL');
    expect((await step(idIn(asked), 'approve', linda)).status).toBe(200);
    // Another operator's own client, which the provider vouches for.
    const own = await newClient({ clientId: 'ops-own', scopes, person: 'Joan Clarke' });
    const self = await kit.identity.tokenFor({ scopes, clientId: own.clientId, subject: 'joan' });
    expect(codeOf(await change(own.clientId, { requestsPerMinute: 601 }, { token: self }))).toEqual([
      403,
      'SAME_OPERATOR',
    ]);
    // To give something up is everybody's right.
    expect((await change(own.clientId, { requestsPerMinute: 60 }, { token: self })).status).toBe(200);
  });
});

describe('an approval of a change', () => {
  const wider = { requestsPerMinute: 6_000 };

  it('is carried out on a client that is as it was, and on no other', async () => {
    const { clientId } = await newClient();
    const stale = await change(clientId, wider);
    await change(clientId, { scopes: ['pin:set'] });
    expect(codeOf(await step(idIn(stale), 'approve', grace))).toEqual([409, 'APPROVAL_CLOSED']);
    expect(await read(clientId)).toMatchObject({ scopes: ['pin:set'], requestsPerMinute: 600 });
    const seen = await kit.service.request('GET', `/v1/admin/approvals/${idIn(stale)}`, { token: grace });
    expect(seen.body).toMatchObject({ status: 'pending' });
    const anew = await change(clientId, wider);
    expect(await step(idIn(anew), 'approve', grace)).toMatchObject({ status: 200 });
    expect(await read(clientId)).toMatchObject({ scopes: ['pin:set'], ...wider });
  });

  it('of two at once for one client, and of two decisions at once, one counts', async () => {
    const { clientId } = await newClient();
    const asked = [
      await change(clientId, { scopes: [...BEFORE.scopes, 'pin:change'] }),
      await change(clientId, { scopes: [...BEFORE.scopes, 'pin:reset'] }),
    ];
    const decisions = [...asked, ...asked].map((one) => step(idIn(one), 'approve', grace));
    const statuses = (await Promise.all(decisions)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, 409, 409, 409]);
    expect(await trail(clientId)).toHaveLength(1);
    expect((await read(clientId)) as { scopes: string[] }).toMatchObject({
      scopes: expect.toSatisfy((scopes: string[]) => scopes.length === 3),
    });
  });

  it('is not evaded by two narrowings at once: what the other has taken is not given back by one person', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { clientId } = await newClient();
      const changes = BEFORE.scopes.map((scope) => change(clientId, { scopes: [scope] }));
      const statuses = (await Promise.all(changes)).map(({ status }) => status);
      expect(statuses.toSorted()).toEqual([200, 202]);
      const first = BEFORE.scopes[statuses.indexOf(200)];
      expect(await read(clientId)).toMatchObject({ scopes: [first] });
    }
  });

  it('beside a revocation gives a revoked client nothing', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { clientId } = await newClient();
      const asked = await change(clientId, wider);
      const [approved, revoked] = await Promise.all([
        step(idIn(asked), 'approve', grace),
        kit.service.request('DELETE', `${CLIENTS}/${clientId}`, { token: ada }),
      ]);
      expect(revoked.status).toBe(200);
      const isFirst = approved.status === 200;
      if (!isFirst) expect(codeOf(approved)).toEqual([404, 'CLIENT_NOT_FOUND']);
      expect(await read(clientId)).toMatchObject({
        revokedAt: expect.any(String),
        requestsPerMinute: isFirst ? 6_000 : 600,
      });
      expect(codeOf(await change(clientId, { requestsPerMinute: 1 }))).toEqual([404, 'CLIENT_NOT_FOUND']);
      expect(codeOf(await change(clientId, { requestsPerMinute: 9_000 }))).toEqual([404, 'CLIENT_NOT_FOUND']);
    }
  });
});

describe('a change is refused', () => {
  it.each<[object, string]>([
    [{}, ''],
    [{ ...BEFORE, scopes: BEFORE.scopes.toReversed() }, ''],
    [{ allowedAddresses: BEFORE.allowedAddresses.toReversed() }, ''],
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['pin:steal'] }, '/scopes/0'],
    [{ scopes: ['ops:read'] }, '/scopes'],
    [{ scopes: ['pin:set', 'ops:read'] }, '/scopes'],
    [{ allowedAddresses: ['192.0.2.1/24'] }, '/allowedAddresses/0'],
    [{ requestsPerMinute: 0 }, '/requestsPerMinute'],
    [{ person: 'Ada Lovelace' }, '/person'],
    [{ reason: 'no', requestsPerMinute: 1 }, '/reason'],
    [{ reason: undefined, requestsPerMinute: 1 }, '/reason'],
  ])('%j', async (body, pointer) => {
    const { clientId } = await newClient();
    const refused = await change(clientId, body);
    expect(codeOf(refused)).toEqual([400, 'REQUEST_INVALID']);
    expect((refused.body as { errors: { pointer: string }[] }).errors.map((fault) => fault.pointer)).toEqual([
      pointer,
    ]);
    expect(await read(clientId)).toMatchObject(BEFORE);
  });

  it("of another tenant's client as of one that is not there", async () => {
    const { clientId } = await newClient();
    const scopes = ['ops:clients'];
    const token = await kit.identity.tokenFor({ scopes, clientId: 'ops-eve', tenantId: 'elsewhere' });
    for (const body of [{ requestsPerMinute: 1 }, { requestsPerMinute: 6_000 }]) {
      const foreign = await change(clientId, body, { token });
      expect(codeOf(foreign)).toEqual([404, 'CLIENT_NOT_FOUND']);
      expect(codeOf(await change('no-such-client', body, { token }))).toEqual([404, 'CLIENT_NOT_FOUND']);
      expect(codeOf(await change('No Client', body))).toEqual([404, 'CLIENT_NOT_FOUND']);
    }
    const twin = await newClient({ clientId, tenantId: 'other' });
    const elsewhere = await kit.identity.tokenFor({ scopes, clientId: 'ops-eve', tenantId: 'other' });
    expect((await change(twin.clientId, { requestsPerMinute: 1 }, { token: elsewhere })).status).toBe(200);
    expect(await read(clientId)).toMatchObject(BEFORE);
    const asked = await change(clientId, { requestsPerMinute: 6_000 });
    expect(codeOf(await step(idIn(asked), 'approve', elsewhere))).toEqual([404, 'APPROVAL_NOT_FOUND']);
  });

  it('without ops:clients', async () => {
    const { clientId } = await newClient();
    for (const token of [kit.cardApp, kit.operator])
      expect(codeOf(await change(clientId, { requestsPerMinute: 1 }, { token }))).toEqual([
        403,
        'SCOPE_MISSING',
      ]);
  });
});
