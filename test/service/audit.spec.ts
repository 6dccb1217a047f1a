import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import {
  CheckpointFile,
  isConsistent,
  leafHash,
  openNote,
  parseVerifierKey,
  rootOfInclusion,
  surveyStream,
  verifyCards,
  verifyTrail,
} from '#libs/audit';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { rawExchange } from '../support/raw-http.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit } from './service-kit.js';

const ORIGIN = 'bank.example/pinward';
const CHECKPOINT = join(mkdtempSync(join(tmpdir(), 'pinward-service-trail-')), 'checkpoint');
const STREAM = `${CHECKPOINT}.stream`;

let kit: ServiceKit;
let owner: DataSource;
let auditor: string;
beforeAll(async () => {
  kit = await ServiceKit.open({
    ...FEW_WEAK_PINS,
    AUDIT_ORIGIN: ORIGIN,
    AUDIT_CHECKPOINT_FILE: CHECKPOINT,
    AUDIT_STREAM_FILE: STREAM,
    AUDIT_SEAL_INTERVAL_MS: '100',
  });
  owner = await kit.openOwner();
  auditor = await kit.identity.tokenFor({ scopes: ['audit:read'], clientId: 'auditor' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const keysBeside = async () => await new CheckpointFile(CHECKPOINT).keys();
const kept = async () => await new CheckpointFile(CHECKPOINT).read();

interface Line {
  tenant: string;
  client: string;
  action: string;
  result: string | null;
  card: string | null;
  details: string | null;
}

async function linesOf(requestId: string): Promise<Line[]> {
  return await owner.query<Line[]>(
    `SELECT tenant_id AS tenant, client_id AS client, action, result, card_id AS card, details
       FROM audit_events WHERE request_id = $1 ORDER BY audit_id`,
    [requestId],
  );
}

async function get(path: string, token = auditor, headers: Readonly<Record<string, string>> = {}) {
  return await kit.service.request('GET', path, { token, headers });
}

describe('every call', () => {
  it('leaves a line under its request id: what it did, or that it was made', async () => {
    const card = await kit.register({ pan: '4000001234567899' });
    const encryptedPin = await kit.encrypt('4071', card);
    const [set, wrong, read, again] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin }, { requestId: set });
    const guess = await kit.encrypt('9999', card);
    await kit.post(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin: guess }, { requestId: wrong });
    await get(`/v1/cards/${card.cardId}`, kit.cardApp, { 'x-request-id': read });
    const refused = await kit.post(
      `/v1/cards/${card.cardId}/pin`,
      { encryptedPin: guess },
      { requestId: again },
    );
    expect(refused.body).toMatchObject({ code: 'PIN_ALREADY_SET' });

    const seen = async (id: string) =>
      (await linesOf(id)).map(({ action, result, card: id_ }) => [action, result, id_]);
    expect(await seen(set)).toEqual([['pin.set', 'enrolled', card.cardId]]);
    expect(await seen(wrong)).toEqual([
      ['pin.validate', null, card.cardId],
      ['pin.validate', 'not-matched', card.cardId],
    ]);
    expect(await seen(read)).toEqual([['api.call', '200', card.cardId]]);
    expect(await seen(again)).toEqual([['api.call', 'PIN_ALREADY_SET', card.cardId]]);
    const [line] = await linesOf(read);
    expect(JSON.parse(line?.details ?? '')).toEqual({
      method: 'GET',
      route: '/v1/cards/:cardId',
      status: 200,
    });
    const masked = await owner.query<{ masked: string }[]>(
      'SELECT DISTINCT masked_pan AS masked FROM audit_events WHERE card_id = $1',
      [card.cardId],
    );
    expect(masked).toEqual([{ masked: 'XXXX7899' }]);
  });

  it('and its repeat leave one each', async () => {
    const requestId = randomUUID();
    const body = { cardRef: `ref-${randomUUID()}` };
    await kit.post('/v1/cards', body, { requestId });
    const repeated = await kit.post('/v1/cards', body, { requestId });
    expect(repeated.headers['idempotent-replayed']).toBe('true');
    expect((await linesOf(requestId)).map(({ action, result }) => [action, result])).toEqual([
      ['card.register', 'registered'],
      ['api.call', '201'],
    ]);
  });

  it('for a token leaves one, granted or refused, without what was typed by mistake', async () => {
    const { clientId, clientSecret } = await kit.newClient();
    const ask = async (client: string, secret: string) => {
      const requestId = randomUUID();
      const form = { grant_type: 'client_credentials', client_id: client, client_secret: secret };
      await kit.requestToken(form, { 'x-request-id': requestId });
      return await linesOf(requestId);
    };
    expect(await ask(clientId, clientSecret)).toMatchObject([
      { tenant: 'default', client: clientId, action: 'token.issue', result: 'issued' },
    ]);
    expect(await ask(clientId, 'wrong')).toMatchObject([
      { tenant: 'default', client: clientId, action: 'token.refuse', result: 'invalid_client' },
    ]);
    for (const typed of ['4000001234567899', '271-828', 'no such client'])
      expect(await ask(typed, 'wrong')).toMatchObject([{ tenant: '*', client: '-' }]);
  });

  it('leaves the policy of unlocks in the transaction of its start', async () => {
    const [recorded] = await owner.query<unknown[]>(
      `SELECT unlock_approvals, pin_max_tries, pin_max_failures, p.xmin::text = e.xmin::text AS together
         FROM deployment_policy p, audit_events e WHERE action = 'service.start' ORDER BY audit_id DESC LIMIT 1`,
    );
    expect(recorded).toEqual({
      unlock_approvals: 1,
      pin_max_tries: 3,
      pin_max_failures: 9,
      together: true,
    });
  });

  it('tells the configuration at start, and none of its secrets', async () => {
    const [start] = await owner.query<Line[]>(
      "SELECT result, details FROM audit_events WHERE action = 'service.start' ORDER BY audit_id LIMIT 1",
    );
    expect(JSON.parse(start?.details ?? '')).toMatchObject({
      AUDIT_ORIGIN: ORIGIN,
      policy: { pinMaxTries: '3' },
    });
    expect(start?.details).not.toMatch(/DATABASE_URL|TOKEN_PIN|postgresql:/);
  });
});

describe('without an audit line', () => {
  afterEach(async () => {
    await owner.query('GRANT INSERT ON audit_events TO pinward_service');
  });

  it('nothing is done and nothing is told', async () => {
    const card = await kit.register();
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    const operator = kit.operator;
    await owner.query('REVOKE INSERT ON audit_events FROM pinward_service');
    const encryptedPin = await kit.encrypt('4071', card);
    const before = await owner.query<unknown[]>('SELECT * FROM cards ORDER BY card_id');
    const calls = [
      kit.post('/v1/cards', { cardRef: `ref-${randomUUID()}` }),
      kit.post(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin }),
      kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' }),
      kit.post(`/v1/cards/${card.cardId}/close`, {}),
      get(`/v1/cards/${card.cardId}`, kit.cardApp),
      get('/v1/admin/cards', operator),
      get('/v1/pin-keys', kit.cardApp),
    ];
    for (const { status, body } of await Promise.all(calls)) {
      expect([500, 503]).toContain(status);
      expect(JSON.stringify(body)).not.toContain(card.cardId);
    }
    expect(await owner.query<unknown[]>('SELECT * FROM cards ORDER BY card_id')).toEqual(before);
  });
});

describe('the trail over the API', () => {
  interface Event {
    leafIndex: number;
    leafHash: string;
    event: Record<string, unknown>;
  }
  const hashes = (texts: readonly string[]) => texts.map((text) => Buffer.from(text, 'base64'));

  async function until<Value>(look: () => Promise<Value>, met: (value: Value) => boolean): Promise<Value> {
    for (;;) {
      const value = await look();
      if (met(value)) return value;
    }
  }

  it('lists the events of a card, each with a proof that leads to a signed head, and heads that only grow', async () => {
    const card = await kit.register();
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    const list = async () =>
      (await get(`/v1/admin/audit?cardId=${card.cardId}`)).body as {
        items: Event[];
        nextCursor: string | null;
      };
    const { items } = await until(list, (page) => page.items.length >= 2);
    expect(items.map(({ event }) => event['action'])).toEqual(['card.register', 'pin.set']);
    const checkpoint = async () =>
      (await get('/v1/admin/audit/checkpoint')).body as {
        checkpoint: string;
        treeSize: number;
        verifierKeys: string[];
      };
    const newest = items.at(-1)?.leafIndex ?? 0;
    const first = await until(checkpoint, ({ treeSize }) => treeSize > newest);
    const keys = first.verifierKeys.map(parseVerifierKey);
    const head = openNote(first.checkpoint, ORIGIN, keys);
    for (const { leafIndex, leafHash: hash } of items) {
      const { body } = await get(
        `/v1/admin/audit/inclusion-proof?leafIndex=${leafIndex}&treeSize=${head.size}`,
      );
      const { entry, proof } = body as { entry: string; proof: string[] };
      expect(leafHash(entry).toString('base64')).toBe(hash);
      const claim = { leafHash: leafHash(entry), index: leafIndex, size: head.size, proof: hashes(proof) };
      expect(rootOfInclusion(claim)).toEqual(head.root);
    }
    const later = await until(checkpoint, ({ treeSize }) => treeSize > first.treeSize);
    const second = openNote(later.checkpoint, ORIGIN, keys);
    const { body } = await get(`/v1/admin/audit/consistency-proof?from=${head.size}&to=${second.size}`);
    expect(isConsistent(head, second, hashes((body as { proof: string[] }).proof))).toBe(true);
  });

  it('comes in pages', async () => {
    const { body } = await get('/v1/admin/audit?limit=1');
    const { items, nextCursor } = body as { items: Event[]; nextCursor: string };
    const next = (await get(`/v1/admin/audit?limit=1&cursor=${nextCursor}`)).body as { items: Event[] };
    expect(next.items[0]?.leafIndex).toBeGreaterThan(items[0]?.leafIndex ?? Infinity);
  });

  it('shows nothing of another tenant', async () => {
    const stranger = await kit.identity.tokenFor({ scopes: ['audit:read'], tenantId: 'elsewhere' });
    const { body } = await get('/v1/admin/audit', stranger);
    expect((body as { items: Event[] }).items.every(({ event }) => event['tenantId'] === 'elsewhere')).toBe(
      true,
    );
    const own = ((await get('/v1/admin/audit?limit=1')).body as { items: Event[] }).items[0]?.leafIndex;
    const { status } = await get(`/v1/admin/audit/inclusion-proof?leafIndex=${own}`, stranger);
    expect(status).toBe(404);
  });

  it.each(['leafIndex=x', 'leafIndex=0&treeSize=999999999', 'leafIndex=0&more=1'])(
    'refuses %s',
    async (query) => {
      expect((await get(`/v1/admin/audit/inclusion-proof?${query}`)).status).toBe(400);
    },
  );
});

/** Lines of their own, and calls in all. */
async function refusedTokens(clientId: string): Promise<{ single: number; calls: number }> {
  const lines = await owner.query<{ details: string | null; address: string }[]>(
    `SELECT details, source_address AS address FROM audit_events
      WHERE action = 'token.refuse' AND client_id = $1`,
    [clientId],
  );
  const counts = lines.flatMap(({ details, address }) => {
    if (details === null) return [];
    expect(address).toBe('127.0.0.0/24');
    return [(JSON.parse(details) as { count: number }).count];
  });
  const single = lines.length - counts.length;
  return { single, calls: counts.reduce((sum, count) => sum + count, single) };
}

describe('at the end and after a restart', () => {
  it('everything is sealed, refused calls are told by client, and the trail and the cards are found sound', async () => {
    const { body: metrics } = await kit.service.request('GET', '/metrics');
    expect(metrics).toMatch(/^pinward_audit_stream_lag_lines\{receiver="file"\} \d+$/m);
    const bad = await kit.service.request('GET', '/v1/admin/cards', { token: kit.cardApp });
    expect(bad.status).toBe(403);
    await kit.service.request('GET', '/v1/admin/cards', { token: kit.cardApp });
    await kit.service.request('GET', '/v1/nothing');
    for (const head of ['HELO\r\n\r\n', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'])
      await rawExchange(kit.service.baseUrl, head, { ca: kit.identity.certificate });
    const { clientId } = await kit.newClient();
    const wrong = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'wrong' };
    await Promise.all(Array.from({ length: 60 }, () => kit.requestToken(wrong)));
    await kit.service.stop();
    const { single, calls } = await refusedTokens(clientId);
    expect(calls).toBe(60);
    // A minute may begin in between.
    expect(single).toBeLessThanOrEqual(40);
    const told = await owner.query<{ client: string; result: string; details: string; address: string }[]>(
      `SELECT client_id AS client, result, details, source_address AS address
         FROM audit_events WHERE action = 'api.refused'`,
    );
    const counted = told.map(({ client, result, details }) => [
      client,
      result,
      (JSON.parse(details) as { count: number }).count,
    ]);
    expect(counted).toContainEqual(['card-app', 'SCOPE_MISSING', 2]);
    expect(counted).toContainEqual(['-', 'ROUTE_NOT_FOUND', 1]);
    // Also what never reached a route; and of strangers the network alone.
    expect(counted).toContainEqual(['-', 'REQUEST_INVALID', 2]);
    const addresses = (of: string) => [
      ...new Set(told.filter(({ client }) => client === of).map(({ address }) => address)),
    ];
    expect([addresses('-'), addresses('card-app')]).toEqual([['127.0.0.0/24'], ['127.0.0.1']]);
    const keys = await keysBeside();
    const [{ lines } = { lines: -1 }] = await owner.query<{ lines: number }[]>(
      'SELECT count(*)::int AS lines FROM audit_events',
    );
    const report = await verifyTrail(owner, { origin: ORIGIN, keys, keptNote: await kept() });
    expect(report).toMatchObject({ size: lines, findings: [] });
    expect((await verifyCards(owner)).findings).toEqual([]);
    // The receiver of the stream has all of it, up to the kept checkpoint.
    const taken = await surveyStream([STREAM], ORIGIN, keys);
    expect(taken).toEqual({ checkpoint: { note: await kept(), size: lines }, end: lines });
  });

  it('no PIN is evaluated without a kept checkpoint, and the cause is told', async () => {
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'pinward-service-trail-')), 'checkpoint');
    await using service = await ServiceProcess.start({
      identity: kit.identity,
      databaseUrl: kit.database.serviceUrl,
      token: kit.token,
      environment: { AUDIT_ORIGIN: ORIGIN, AUDIT_CHECKPOINT_FILE: elsewhere, AUDIT_SEAL_INTERVAL_MS: '100' },
    });
    expect(await service.request('GET', '/health/ready')).toMatchObject({
      status: 503,
      body: {
        auditTrail: false,
        auditTrailCompared: true,
        auditTrailKept: true,
        auditTrailCauses: [expect.stringMatching(/^no checkpoint is kept of the \d+ sealed lines/)],
      },
    });
    const path = `/v1/cards/${randomUUID()}/pin/validate`;
    const { body } = await service.request('POST', path, { token: kit.cardApp, body: {} });
    expect(body).toMatchObject({ code: 'OPERATIONS_SUSPENDED' });
    await service.stop();
    expect(await new CheckpointFile(elsewhere).read()).toBeNull();
  });

  it('no PIN is evaluated on a trail that has lost its tail, until it is there again', async () => {
    await owner.query('CREATE TABLE kept_leaves AS SELECT * FROM audit_leaves WHERE leaf_no >= 5');
    await owner.query('DELETE FROM audit_leaves WHERE leaf_no >= 5');
    await owner.query('CREATE TABLE kept_size AS SELECT tree_size FROM audit_sealing');
    await owner.query('UPDATE audit_sealing SET tree_size = 5');
    await using service = await ServiceProcess.start({
      identity: kit.identity,
      databaseUrl: kit.database.serviceUrl,
      token: kit.token,
      environment: { AUDIT_ORIGIN: ORIGIN, AUDIT_CHECKPOINT_FILE: CHECKPOINT, AUDIT_SEAL_INTERVAL_MS: '100' },
    });
    const [{ card } = { card: '' }] = await owner.query<{ card: string }[]>(
      "SELECT card_id AS card FROM cards WHERE pin_status = 'active' LIMIT 1",
    );
    const encryptedPin = await kit.encrypt('4071', { cardId: card, pinAccount: '000000000000' });
    const ask = async (path: string, body: unknown) =>
      await service.request('POST', `/v1/cards/${card}/${path}`, { token: kit.cardApp, body });
    for (const [path, body] of [
      ['pin/validate', { encryptedPin }],
      ['pin', { encryptedPin }],
      ['otp', { purpose: 'pin-reset' }],
    ] as const) {
      const { status, body: problem } = await ask(path, body);
      expect([status, problem]).toMatchObject([503, { code: 'OPERATIONS_SUSPENDED' }]);
    }
    expect((await service.request('GET', `/v1/cards/${card}`, { token: kit.cardApp })).status).toBe(200);
    expect(await service.request('GET', '/health/ready')).toMatchObject({
      status: 503,
      body: { auditTrail: false },
    });
    await owner.query('INSERT INTO audit_leaves SELECT * FROM kept_leaves');
    await owner.query('UPDATE audit_sealing SET tree_size = (SELECT tree_size FROM kept_size)');
    for (;;) {
      const { status } = await service.request('GET', '/health/ready');
      if (status === 200) break;
    }
    expect((await ask('pin/validate', { encryptedPin })).status).toBe(200);
    await service.stop();
    const report = await verifyTrail(owner, {
      origin: ORIGIN,
      keys: await keysBeside(),
      keptNote: await kept(),
    });
    expect(report.findings).toEqual([]);
  });
});
