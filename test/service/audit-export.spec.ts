import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { randomPan } from '../support/random-pan.js';
import { randomPin } from '../support/random-pin.js';
import { until } from '../support/until.js';
import { EXPORT, exportsTold, OpenExport, writeManyLines } from './audit-export-kit.js';
import { ServiceKit } from './service-kit.js';

const BULK = 8_000;

let kit: ServiceKit;
let owner: DataSource;
let auditor: string;
let other: string;
let elsewhere: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ AUDIT_SEAL_INTERVAL_MS: '100', REQUEST_TIMEOUT_MS: '10000' });
  owner = await kit.openOwner();
  const tokenOf = async (tenantId: string) =>
    await kit.identity.tokenFor({
      scopes: ['audit:read'],
      clientId: 'auditor',
      subject: 'Ada Lovelace',
      tenantId,
    });
  [auditor, other, elsewhere] = [
    await tokenOf('default'),
    await tokenOf('other'),
    await tokenOf('elsewhere'),
  ];
  await writeManyLines(owner, 'other', BULK);
  await writeManyLines(owner, 'elsewhere', BULK);
  await until('the lines are sealed', async () => {
    const [row] = await owner.query<{ size: number }[]>('SELECT tree_size::int AS size FROM audit_sealing');
    return (row?.size ?? 0) >= 2 * BULK;
  });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const exported = async (query: string, token = auditor, method = 'GET') =>
  await kit.service.request(method, `${EXPORT}?${query}`, { token });
const newestTold = async (tenantId: string) => (await exportsTold(owner, tenantId)).at(-1);

/** All lines of a card, once they are sealed. */
async function sealedCard(
  pan: string,
): Promise<{ readonly cardId: string; readonly actions: readonly unknown[] }> {
  const card = await kit.register({ pan });
  await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt(randomPin(), card) });
  const actions = async () => {
    const { body } = await kit.service.request('GET', `/v1/admin/audit?cardId=${card.cardId}`, {
      token: auditor,
    });
    return (body as { items: { event: { action: unknown } }[] }).items.map(({ event }) => event.action);
  };
  await expect.poll(async () => (await actions()).length).toBe(2);
  return { cardId: card.cardId, actions: await actions() };
}

describe('an export', () => {
  it('as JSON lines has every line byte for byte, and says at its end that it is complete', async () => {
    const pan = randomPan();
    const { cardId, actions } = await sealedCard(pan);
    const { status, headers, body } = await exported(`format=jsonl&cardId=${cardId}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(headers['content-disposition']).toMatch(/^attachment; filename="audit-[\dTZ-]+\.jsonl"$/);
    const lines = (body as string).split('\n');
    expect(lines.slice(2)).toEqual(['{"end":{"lines":2}}', '']);
    const events = lines.slice(0, 2).map((line) => JSON.parse(line) as { leaf: number; event: object });
    expect(events.map(({ event }) => (event as { action: string }).action)).toEqual(actions);
    expect(body).not.toContain(pan);
    expect(body).toContain(`XXXX${pan.slice(-4)}`);
    const { body: proof } = await kit.service.request(
      'GET',
      `/v1/admin/audit/inclusion-proof?leafIndex=${events[0]?.leaf}`,
      { token: auditor },
    );
    expect(lines[0]).toContain(`"event":${(proof as { entry: string }).entry}}`);
  });

  it('as CSV has one row a line, runs nothing in a spreadsheet, and ends alike', async () => {
    await owner.query(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, details)
       VALUES ('default', 'csv', '=HYPERLINK("https://evil.example")', '@SUM(A1)', 'test.csv', 'outcome', $1),
              ('default', 'csv', ' ＝1+1', 'plain', 'test.csv', 'intent', NULL)`,
      [JSON.stringify({ reason: 'two\nlines, "quoted"' })],
    );
    const rows = async () => ((await exported('format=csv&action=test.csv')).body as string).split('\r\n');
    await expect.poll(async () => (await rows()).length).toBe(5);
    const [head, first, second, end, nothing] = await rows();
    expect(head).toBe(
      '"leaf","auditId","occurredAt","tenantId","clientId","subject","sourceAddress","requestId","action","phase","result",' +
        '"cardId","maskedPan","eventNo","evaluationId","details"',
    );
    expect(first).toMatch(
      /^"\d+","\d+","[^"]+Z","default","csv","'=HYPERLINK\(""https:\/\/evil.example""\)","",/,
    );
    expect(first).toContain(`"'@SUM(A1)","test.csv","outcome","","","","","","{""reason"":""two\\nlines`);
    expect(second).toContain(`"csv","' ＝1+1","","plain",`);
    expect(end).toBe(`"end","2"${',""'.repeat(14)}`);
    expect(nothing).toBe('');
  });

  it('leaves a line with its filter, its count and its outcome, and none of what was found', async () => {
    const { cardId } = await sealedCard(randomPan());
    await exported(`format=csv&cardId=${cardId}&action=pin.set&from=2026-01-01T00:00:00%2B02:00`);
    expect(await newestTold('default')).toEqual({
      result: 'complete',
      subject: 'Ada Lovelace',
      details: {
        format: 'csv',
        filter: { cardId, action: 'pin.set', from: '2026-01-01T00:00:00+02:00' },
        lines: 1,
      },
    });
  });

  it('is of one tenant alone, all of it', async () => {
    const { body } = await exported('format=jsonl', other);
    const lines = (body as string).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(BULK);
    expect(lines.slice(0, -1).every((line) => line.includes('"tenantId":"other"'))).toBe(true);
    expect(lines.at(-1)).toBe(`{"end":{"lines":${lines.length - 1}}}`);
    expect((await exported('format=jsonl&action=test.bulk')).body).toBe('{"end":{"lines":0}}\n');
  });

  it('of what cannot be is empty and complete; a HEAD reads nothing', async () => {
    expect((await exported('format=jsonl&cardId=no-card')).body).toBe('{"end":{"lines":0}}\n');
    const before = (await exportsTold(owner, 'other')).length;
    expect((await exported('format=jsonl', other, 'HEAD')).status).toBe(200);
    expect(await exportsTold(owner, 'other')).toHaveLength(before);
  });

  it.each(['', 'format=xml', 'format=csv&limit=5', 'format=csv&cursor=0', 'format=csv&from=yesterday'])(
    'refuses the query "%s"',
    async (query) => {
      expect((await exported(query)).status).toBe(400);
    },
  );
});

describe('an export under way', () => {
  /** Those that a test has left open. */
  const open = async (token: string) => await OpenExport.begin(kit, token);

  it('ends with its caller, is not read ahead, and says so in the trail', async () => {
    const one = await open(other);
    one.hangUp();
    await expect.poll(async () => (await newestTold('other'))?.result).toBe('broken-off');
    expect((await newestTold('other'))?.details.lines).toBeLessThan(BULK);
  });

  it('has few places in a tenant and in all, and lets go of them', async () => {
    const taken = [await open(other), await open(other)];
    const full = await exported('format=jsonl', other);
    expect(full).toMatchObject({
      status: 429,
      headers: { 'retry-after': '10' },
      body: { code: 'OPERATION_RATE_LIMITED', limit: 'tenant-audit-exports' },
    });
    taken.push(await open(elsewhere), await open(elsewhere));
    expect((await exported('format=jsonl')).body).toMatchObject({ limit: 'audit-exports' });
    for (const one of taken) one.hangUp();
    await expect
      .poll(async () => (await exported('format=jsonl&action=none', other)).status, { timeout: 20_000 })
      .toBe(200);
  });

  it('whose caller takes nothing is given up, and has no end', async () => {
    const one = await open(other);
    await expect.poll(async () => (await newestTold('other'))?.result, { timeout: 20_000 }).toBe('stalled');
    const { whole, lines } = await one.rest();
    expect([whole, lines.some((line) => line.startsWith('{"end"'))]).toEqual([false, false]);
  });

  it('ends when its client is revoked', async () => {
    const { clientId, clientSecret } = await kit.newClient({
      tenantId: 'other',
      scopes: ['audit:read'],
      person: 'Grace Hopper',
    });
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const { body } = await kit.requestToken(form);
    const one = await open((body as { access_token: string }).access_token);
    await owner.query('UPDATE api_clients SET revoked_at = clock_timestamp() WHERE client_id = $1', [
      clientId,
    ]);
    expect(await one.rest()).toMatchObject({ whole: false });
    expect(await newestTold('other')).toMatchObject({ result: 'rights', subject: 'Grace Hopper' });
  });

  it('ends when its client is suspended', async () => {
    const token = async (scope: string, clientId: string) =>
      await kit.identity.tokenFor({ scopes: [scope], clientId, subject: 'Ada Lovelace', tenantId: 'other' });
    const one = await open(await token('audit:read', 'suspended-one'));
    const pulled = await kit.post(
      '/v1/admin/brakes',
      { kind: 'client', target: 'suspended-one', reason: 'It takes too much' },
      { token: await token('ops:brakes', 'operator-2') },
    );
    expect(pulled.status).toBe(200);
    expect(await one.rest()).toMatchObject({ whole: false });
    expect(await newestTold('other')).toMatchObject({ result: 'rights' });
  });

  it('goes on when its token has run out', async () => {
    const token = await kit.identity.tokenFor({
      ...{ scopes: ['audit:read'], clientId: 'auditor', subject: 'Ada Lovelace', tenantId: 'other' },
      // Clocks may differ by five seconds: for two more it is taken.
      lifetime: -3,
    });
    const one = await open(token);
    await expect
      .poll(async () => (await kit.service.request('GET', '/v1/admin/audit', { token })).status, {
        timeout: 20_000,
      })
      .toBe(401);
    expect((await one.rest()).whole).toBe(true);
    expect((await newestTold('other'))?.result).toBe('complete');
  });

  it('is not complete where its line cannot be written', async () => {
    const one = await open(other);
    await owner.query('REVOKE INSERT ON audit_events FROM pinward_service');
    const { whole, lines } = await one.rest();
    await owner.query('GRANT INSERT ON audit_events TO pinward_service');
    expect([whole, lines.some((line) => line.startsWith('{"end"'))]).toEqual([false, false]);
  });

  it('ends when the service stops', async () => {
    const one = await open(other);
    await kit.service.stop();
    expect(await one.rest()).toMatchObject({ whole: false });
    expect((await newestTold('other'))?.result).toBe('stopped');
  });
});
