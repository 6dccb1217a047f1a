import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { LOOKED_AT_MOST } from '#libs/audit';
import { randomPan } from '../support/random-pan.js';
import { until } from '../support/until.js';
import { ServiceKit } from './service-kit.js';

interface Page {
  readonly items: readonly { readonly leafIndex: number; readonly event: Readonly<Record<string, string>> }[];
  readonly nextCursor: string | null;
  readonly searchedTo: string | null;
}

const REQUEST = `search-${randomUUID()}`;

let kit: ServiceKit;
let owner: DataSource;
let auditor: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ AUDIT_SEAL_INTERVAL_MS: '100' });
  owner = await kit.openOwner();
  auditor = await kit.identity.tokenFor({ scopes: ['audit:read'], clientId: 'auditor' });
  // More of another tenant than one page looks at; ours come before and behind.
  const write = async (tenantId: string, count: number) =>
    await owner.query<unknown[]>(
      `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result)
       SELECT $1, 'app-' || n % 2, 'Ada Lovelace', $2, 'test.search', 'outcome', 'done' FROM generate_series(1, $3) n`,
      [tenantId, REQUEST, count],
    );
  await write('default', 4);
  await sealed();
  await write('other', LOOKED_AT_MOST);
  await sealed();
  await write('default', 3);
  await sealed();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function sealed(): Promise<void> {
  const [row] = await owner.query<{ lines: number }[]>('SELECT count(*)::int AS lines FROM audit_events');
  await until('all is sealed', async () => {
    const [tree] = await owner.query<{ size: number }[]>('SELECT tree_size::int AS size FROM audit_sealing');
    return (tree?.size ?? 0) >= (row?.lines ?? Infinity);
  });
}

const get = async (query: string, token = auditor) =>
  await kit.service.request('GET', `/v1/admin/audit?${query}`, { token });

async function pages(query: string, token = auditor): Promise<readonly Page[]> {
  const all: Page[] = [];
  for (let cursor: string | null = '0'; cursor !== null; cursor = all.at(-1)?.nextCursor ?? null) {
    const { status, body } = await get(`${query}&cursor=${cursor}`, token);
    expect(status).toBe(200);
    all.push(body as Page);
  }
  return all;
}

const itemsOf = (all: readonly Page[]) => all.flatMap(({ items }) => items);

describe('a search of the trail', () => {
  it('goes on where a page is short, and finds all of it', async () => {
    const all = await pages(`requestId=${REQUEST}`);
    expect(all.length).toBe(2);
    expect(all[0]).toMatchObject({
      items: [{}, {}, {}, {}],
      searchedTo: expect.stringMatching(/^2.+\.\d{6}Z$/),
    });
    expect(itemsOf(all).map(({ event }) => event['tenantId'])).toEqual(Array(7).fill('default'));
  });

  it.each([
    ['action=test.search', 7],
    ['action=test.search&clientId=app-1', 4],
    ['action=test.search&clientId=app-2', 0],
    ['subject=Ada%20Lovelace&limit=2', 7],
    [`requestId=${REQUEST}&subject=Grace%20Hopper`, 0],
    ['action=test.search&from=2999-01-01T00:00:00Z', 0],
    ['action=test.search&to=2001-01-01T00:00:00Z', 0],
    ['action=test.search&from=2001-01-01T00:00:00%2B05:30&to=2999-12-31T23:59:59.999999Z', 7],
    ['action=test.search&cardId=no-card-at-all', 0],
  ])('by %s finds %i lines', async (query, count) => {
    expect(itemsOf(await pages(query))).toHaveLength(count);
  });

  it('has a begin that counts and an end that does not', async () => {
    const times = itemsOf(await pages('action=test.search')).map(({ event }) => event['occurredAt'] ?? '');
    const [second = '', last = ''] = [times[1], times.at(-1)];
    const found = itemsOf(await pages(`action=test.search&from=${second}&to=${last}`));
    expect(found.map(({ event }) => event['occurredAt'])).toEqual(times.slice(1, -1));
  });

  it('is of one tenant, wherever the cursor points', async () => {
    const other = await kit.identity.tokenFor({
      scopes: ['audit:read'],
      clientId: 'auditor',
      tenantId: 'other',
    });
    const theirs = ((await get('action=test.search&limit=1', other)).body as Page).items[0]?.leafIndex ?? -1;
    expect(theirs).toBeGreaterThan(0);
    const ours = (await get(`action=test.search&cursor=${theirs}&limit=200`)).body as Page;
    expect(ours.items.every(({ event }) => event['tenantId'] === 'default')).toBe(true);
    const elsewhere = await kit.identity.tokenFor({ scopes: ['audit:read'], tenantId: 'elsewhere' });
    expect(itemsOf(await pages(`requestId=${REQUEST}`, elsewhere))).toEqual([]);
  });

  it('behind the end is empty', async () => {
    expect((await get('cursor=999999999999999')).body).toEqual({
      items: [],
      nextCursor: null,
      searchedTo: null,
    });
  });

  it.each([
    'cursor=-1',
    'cursor=1.5',
    'cursor=0x10',
    'cursor=9999999999999999',
    'cursor=eyJsZWFmIjo1fQ',
    'cursor=1&cursor=2',
    'limit=0',
    'limit=201',
    'from=yesterday',
    'from=2026-11-30',
    'from=2026-11-30T10:00:00',
    'from=2026-02-30T10:00:00Z',
    'from=0000-01-01T00:00:00Z',
    `from=2026-11-30T10:00:00.${'1'.repeat(60)}Z`,
    'from=2026-11-30T10:00:00Z&to=2026-11-30T09:59:59Z',
    'action=',
    'subject=%00',
    `subject=${'x'.repeat(257)}`,
    'tenantId=other',
    'phase=intent',
    'q=anything',
  ])('refuses the query %s', async (query) => {
    expect(await get(query)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
  });

  it.each(['subject', 'clientId', 'requestId', 'action'])('takes no card number as %s', async (member) => {
    const pan = randomPan();
    const { status, body } = await get(`${member}=${pan}`);
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toContain(pan);
  });
});
