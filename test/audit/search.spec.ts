import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOOKED_AT_MOST, searchTrail, type TrailFilter, type TrailPage } from '#libs/audit';
import { leafRangeOf } from '../../libs/audit/src/persistence/leaf-range.js';
import { fittingText } from '../../libs/audit/src/search-trail.js';
import { openTrail, type TrailUnderTest } from './audit-kit.js';

const OURS = 'searched';
const LINES = 60_000;
const EVERY_SECONDS = 5;
/** Lines between two signed heads. */
const A_HEAD = 500;
const BUSY_CARD = randomUUID();
const CARD = randomUUID();
const REQUEST = `request-${randomUUID()}`;

let trail: TrailUnderTest;
/** Time of the first line: partitions are made ahead, so that is in the future. */
let begin: number;
beforeAll(async () => {
  trail = await openTrail();
  begin = Math.ceil(Date.now() / 60_000) * 60_000 + 3_600_000;
  // Two of three lines are ours. The busy card has half of all, the other one a line a thousand.
  await trail.rig.owner.query(
    `INSERT INTO audit_events (tenant_id, occurred_at, client_id, subject, request_id, action, phase, result, card_id)
     SELECT CASE WHEN n % 3 = 0 THEN 'elsewhere' ELSE $1 END, $2::timestamptz + n * make_interval(secs => $3),
            'client-' || n % 5, CASE WHEN n % 100 = 1 THEN 'Ada Lovelace' ELSE 'client-' || n % 5 END,
            CASE WHEN n IN (17, 41233) THEN $4 ELSE 'request-' || n END,
            CASE WHEN n % 30000 = 1 THEN 'pin.unlock' ELSE 'pin.validate' END, 'outcome', 'done',
            CASE WHEN n % 1000 = 5 THEN $5::uuid WHEN n % 2 = 0 THEN $6::uuid END
       FROM generate_series(0, $7 - 1) AS n ORDER BY n`,
    [OURS, new Date(begin), EVERY_SECONDS, REQUEST, CARD, BUSY_CARD, LINES],
  );
  await trail.rig.dataSource.query('SELECT pinward_seal_events()');
  await trail.rig.owner.query(
    `INSERT INTO audit_heads (tree_size, root_hash, note, signed_at)
     SELECT n, sha256('root'), 'note', $1::timestamptz + n * make_interval(secs => $2)
       FROM generate_series($3::bigint, $4::bigint, $3::bigint) AS n`,
    [new Date(begin), EVERY_SECONDS, A_HEAD, LINES],
  );
  await trail.rig.owner.query('ANALYZE audit_events, audit_leaves, audit_heads');
});
afterAll(() => trail[Symbol.asyncDispose]());

/** Time of the line with this number. */
const at = (line: number) => new Date(begin + line * EVERY_SECONDS * 1_000).toISOString();
const manager = () => trail.rig.dataSource.manager;

async function pageOf(filter: TrailFilter, cursor = 0, limit = 200, tenantId = OURS): Promise<TrailPage> {
  return await searchTrail(manager(), { tenantId, filter, cursor, limit });
}

async function allPages(filter: TrailFilter, limit = 200): Promise<readonly TrailPage[]> {
  const pages: TrailPage[] = [];
  for (let cursor: number | null = 0; cursor !== null;) {
    const page: TrailPage = await pageOf(filter, cursor, limit);
    pages.push(page);
    cursor = page.next;
  }
  return pages;
}

const leavesOf = (pages: readonly TrailPage[]) => pages.flatMap(({ lines }) => lines.map(({ leaf }) => leaf));

/** What there is, without the search. */
async function leavesWith(condition: string): Promise<readonly number[]> {
  const rows = await trail.rig.owner.query<{ leaf: string }[]>(
    `SELECT l.leaf_no AS leaf FROM audit_leaves l JOIN audit_events e USING (tenant_id, occurred_at, audit_id)
      WHERE l.tenant_id = '${OURS}' AND ${condition} ORDER BY l.leaf_no`,
  );
  return rows.map(({ leaf }) => Number(leaf));
}

describe('a search', () => {
  it.each<readonly [string, () => TrailFilter, () => string]>([
    ['action', () => ({ action: 'pin.unlock' }), () => "e.action = 'pin.unlock'"],
    [
      'client',
      () => ({ clientId: 'client-3', from: at(59_000) }),
      () => "e.client_id = 'client-3' AND l.occurred_at >= '" + at(59_000) + "'",
    ],
    ['subject', () => ({ subject: 'Ada Lovelace' }), () => "e.subject = 'Ada Lovelace'"],
    ['request', () => ({ requestId: REQUEST }), () => `e.request_id = '${REQUEST}'`],
    ['card', () => ({ cardId: CARD }), () => `e.card_id = '${CARD}'`],
    ['begin', () => ({ from: at(59_500) }), () => `e.occurred_at >= '${at(59_500)}'`],
    ['end', () => ({ to: at(700) }), () => `e.occurred_at < '${at(700)}'`],
    [
      'all of them',
      () => ({
        cardId: CARD,
        action: 'pin.validate',
        clientId: 'client-0',
        subject: 'client-0',
        from: at(9_005),
        to: at(40_005),
      }),
      () => `e.card_id = '${CARD}' AND e.occurred_at >= '${at(9_005)}' AND e.occurred_at < '${at(40_005)}'`,
    ],
  ])('by %s finds exactly what there is', async (_, filter, condition) => {
    const expected = await leavesWith(condition());
    expect(expected.length).toBeGreaterThan(0);
    expect(leavesOf(await allPages(filter()))).toEqual(expected);
  });

  it('joins to the same whatever the size of its pages, and goes on where a page is short', async () => {
    const filter = { subject: 'Ada Lovelace' };
    const expected = await leavesWith("e.subject = 'Ada Lovelace'");
    const small = await allPages(filter, 7);
    expect(leavesOf(small)).toEqual(expected);
    expect(small.every(({ lines }) => lines.length <= 7)).toBe(true);
    const rare = await allPages({ requestId: REQUEST });
    expect(rare.map(({ lines }) => lines.length)).toEqual([1, 0, 1]);
    expect(rare.map(({ next }) => next)).toEqual([LOOKED_AT_MOST, 2 * LOOKED_AT_MOST, null]);
  });

  it('says to which time it has looked', async () => {
    const micros = (iso: string) => iso.replace('.000Z', '.000000Z');
    const { searchedTo } = await pageOf({ requestId: 'none' });
    expect(searchedTo).toBe(micros(at(LOOKED_AT_MOST - 1)));
    const full = await pageOf({}, 0, 2);
    expect(full).toMatchObject({ next: 4, searchedTo: micros(at(2)) });
    expect(await pageOf({}, LINES)).toEqual({ lines: [], next: null, searchedTo: null });
  });

  it('finds nothing of another tenant', async () => {
    const { lines } = await pageOf({ requestId: 'request-9' }, 0, 10, 'elsewhere');
    expect(lines.map(({ leaf }) => leaf)).toEqual([9]);
    expect((await pageOf({ requestId: 'request-9' })).lines).toEqual([]);
    expect((await pageOf({ cardId: BUSY_CARD }, 0, 10, 'nowhere')).lines).toEqual([]);
  });

  it('finds lines that got their place late, or whose time is a little behind', async () => {
    const late = at(30_000);
    await trail.rig.owner.query(
      `UPDATE audit_leaves SET occurred_at = $1::timestamptz - interval '9 minutes' WHERE leaf_no = 30001`,
      [late],
    );
    await trail.rig.owner.query(
      `UPDATE audit_events SET occurred_at = $1::timestamptz - interval '9 minutes'
        WHERE request_id = 'request-30001'`,
      [late],
    );
    const around = { from: at(29_890), to: at(29_895) };
    expect(leavesOf(await allPages(around))).toContain(30_001);
  });
});

describe('the leaves of a time', () => {
  it('are found by the heads, ten minutes and one head around it', async () => {
    const slack = 600 / EVERY_SECONDS;
    for (const line of [3_000, 3_001, 3_499, 40_120]) {
      const { first, end } = await leafRangeOf(manager(), { from: at(line), to: at(line + 1) });
      expect(first).toBeLessThanOrEqual(line - slack);
      expect(first).toBeGreaterThan(line - slack - A_HEAD - 1);
      expect(end).toBeGreaterThan(line + slack);
      expect(end).toBeLessThanOrEqual(line + 1 + slack + A_HEAD);
    }
  });

  it('are none of a future, all without a begin, and no more than there are', async () => {
    expect(await leafRangeOf(manager(), {})).toEqual({ first: 0, end: LINES });
    expect(await leafRangeOf(manager(), { from: '2999-01-01T00:00:00Z' })).toEqual({
      first: LINES,
      end: LINES,
    });
    expect(await leafRangeOf(manager(), { to: '2001-01-01T00:00:00Z' })).toEqual({ first: 0, end: A_HEAD });
    expect(await leafRangeOf(manager(), { to: '2999-01-01T00:00:00Z' })).toEqual({ first: 0, end: LINES });
  });
});

describe('one page', () => {
  interface Plan {
    readonly 'Node Type': string;
    readonly 'Relation Name'?: string;
    readonly 'Actual Rows': number;
    readonly 'Actual Loops': number;
    readonly 'Rows Removed by Filter'?: number;
    readonly Plans?: readonly Plan[];
  }
  const nodes = (plan: Plan): readonly Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)];

  async function planOf(values: readonly unknown[]): Promise<readonly Plan[]> {
    const [row] = await trail.rig.dataSource.query<{ 'QUERY PLAN': readonly { readonly Plan: Plan }[] }[]>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${fittingText(values[3] !== null)}`,
      [...values],
    );
    const [{ Plan: plan } = { Plan: null }] = row?.['QUERY PLAN'] ?? [];
    if (plan === null) throw new Error('no plan');
    // Months of other times are left out while it runs.
    return nodes(plan).filter(
      ({ 'Relation Name': name = '', 'Actual Loops': loops }) => name.startsWith('audit_') && loops > 0,
    );
  }

  const NONE = [null, null, null, null];
  it.each<readonly [string, () => readonly unknown[]]>([
    ['of nothing that fits', () => [null, null, null, 'no.such.action', null, null, null]],
    ['of a request id', () => [null, null, null, null, null, null, REQUEST]],
    ['of a card', () => [CARD, null, null, ...NONE]],
    ['of a busy card', () => [BUSY_CARD, null, null, 'no.such.action', null, null, null]],
    ['of a time', () => [null, at(3_000), at(9_000), 'no.such.action', null, null, null]],
    ['without a filter', () => [null, null, null, ...NONE]],
  ])('%s reads by index alone, and no more than its share', async (_, asked) => {
    const plan = await planOf([OURS, 10_000, 10_000 + LOOKED_AT_MOST, ...asked(), 201]);
    expect(plan.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const read = (table: string) =>
      plan
        .filter((node) => node['Relation Name']?.startsWith(table))
        .reduce(
          (sum, node) =>
            sum + node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)),
          0,
        );
    expect(read('audit_leaves')).toBeLessThanOrEqual(LOOKED_AT_MOST);
    expect(read('audit_events')).toBeLessThanOrEqual(LOOKED_AT_MOST);
  });

  it('without a filter reads little more than it shows', async () => {
    const plan = await planOf([OURS, 0, LOOKED_AT_MOST, null, null, null, ...NONE, 201]);
    const lookups = plan.filter((node) => node['Relation Name']?.startsWith('audit_events'));
    expect(lookups.reduce((sum, node) => sum + node['Actual Loops'] * node['Actual Rows'], 0)).toBeLessThan(
      300,
    );
  });
});
