import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyReferences, referenceShares } from '#libs/keys';
import { openStore, type StoreUnderTest } from './store-kit.js';

/** More pages than are looked at. */
const CARDS = 60_000;

let rig: StoreUnderTest;

/** Every tenth card is the small tenant's, every fourth under the second key. */
async function openWith(cards: number): Promise<StoreUnderTest> {
  const opened = await openStore({ poolSize: 1 });
  await opened.owner.query(`INSERT INTO tenants (tenant_id) VALUES ('small'), ('large')`);
  await opened.owner.query(
    `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account, verifier, verifier_salt, verifier_generation)
     SELECT CASE WHEN n % 10 = 0 THEN 'small' ELSE 'large' END, gen_random_uuid(), 'bulk-' || n, '000000000000',
            sha256(''), substr(sha256(''), 1, 16), CASE WHEN n % 4 = 0 THEN 2 ELSE 1 END
       FROM generate_series(1, $1::int) AS n`,
    [cards],
  );
  return opened;
}

const shares = async (kind: Parameters<typeof referenceShares>[1], tenantId = 'small') => {
  const found = await referenceShares(rig.dataSource, kind, { tenantId, generations: [2, 1] });
  return { two: found.get(2)?.[0], one: found.get(1)?.[0], last: found.get(1)?.at(-1) };
};

interface Plan {
  readonly 'Node Type': string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

/** The plans of what is asked meanwhile, with the blocks that were looked at. */
async function plansOf(
  work: () => Promise<unknown>,
): Promise<readonly { nodes: string[]; blocks: number }[]> {
  const asked: [string, unknown[]][] = [];
  const query = rig.dataSource.query.bind(rig.dataSource);
  rig.dataSource.query = (async (sql: string, parameters: unknown[]) => {
    asked.push([sql, parameters]);
    return await query(sql, parameters);
  }) as typeof query;
  try {
    await work();
  } finally {
    rig.dataSource.query = query;
  }
  const plans: { nodes: string[]; blocks: number }[] = [];
  for (const [sql, parameters] of asked) {
    const [row] = await query<{ 'QUERY PLAN': readonly { Plan: Plan }[] }[]>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
      parameters,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('no plan');
    const nodes = (one: Plan): string[] => [one['Node Type'], ...(one.Plans ?? []).flatMap(nodes)];
    plans.push({ nodes: nodes(plan), blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] });
  }
  return plans;
}

describe('what still needs a generation, for a request, next to many cards', () => {
  beforeAll(async () => {
    rig = await openWith(CARDS);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('is told from a sample of the pages, about right', async () => {
    const { one, two } = await shares('pin-wrapping');
    expect(one).toMatchObject({ what: 'PIN verifiers', exact: false });
    expect(one?.installationPercent).toBeGreaterThan(70);
    expect(one?.installationPercent).toBeLessThan(80);
    expect((one?.installationPercent ?? 0) + (two?.installationPercent ?? 0)).toBe(100);
    // 6000 cards are of this tenant, of which every other one is under the first key.
    expect(Math.abs((one?.tenant.of ?? 0) - CARDS / 10)).toBeLessThan(1_500);
    expect(Math.abs((one?.tenant.rows ?? 0) - CARDS / 20)).toBeLessThan(1_000);
  });

  it('looks at a bounded number of pages, and scans no table', async () => {
    await rig.owner.query('ANALYZE cards');
    const [pages] = await rig.owner.query<{ n: number }[]>(
      `SELECT (pg_relation_size('cards') / current_setting('block_size')::int)::int AS n`,
    );
    expect(pages?.n).toBeGreaterThan(1_500);
    const plans = await plansOf(() => shares('pin-wrapping'));
    expect(plans.flatMap(({ nodes }) => nodes)).not.toContain('Seq Scan');
    expect(plans.flatMap(({ nodes }) => nodes)).toContain('Sample Scan');
    for (const { blocks } of plans) expect(blocks).toBeLessThan(1_300);
  });

  it('of a table with few such rows is read from their own index, up to a bound', async () => {
    await rig.owner.query(
      `INSERT INTO one_time_passwords (tenant_id, otp_id, card_id, purpose, mac, mac_generation, status, expires_at)
       SELECT 'large', gen_random_uuid(), gen_random_uuid(), 'pin-change', sha256(''), 1,
              CASE WHEN n <= 14000 THEN 'live' ELSE 'used' END,
              clock_timestamp() + CASE WHEN n % 2 = 0 THEN interval '5 min' ELSE interval '-5 min' END
         FROM generate_series(1, 60000) AS n`,
    );
    await rig.owner.query(
      `INSERT INTO outbox_events (tenant_id, type, data, sealed, sealed_generation, expires_at, relayed_at)
       SELECT 'large', 'otp.issued', '{}', CASE WHEN n % 1000 = 0 THEN sha256('') END,
              CASE WHEN n % 1000 = 0 THEN 1 END, clock_timestamp() + interval '5 min', clock_timestamp()
         FROM generate_series(1, 60000) AS n`,
    );
    await rig.owner.query('ANALYZE one_time_passwords, outbox_events');
    for (const kind of ['otp', 'secrets'] as const) {
      const plans = await plansOf(() => shares(kind));
      expect(plans.flatMap(({ nodes }) => nodes)).not.toContain('Seq Scan');
    }
    const { one } = await shares('otp', 'large');
    expect(one).toMatchObject({ what: 'one-time passwords', exact: false, installationPercent: 100 });
    // Those that have run out need no key: of the 10 000 entries that were looked at, about half.
    expect(one?.tenant.rows).toBeGreaterThan(4_000);
    expect(one?.tenant.rows).toBeLessThan(6_000);
    const { last } = await shares('secrets', 'large');
    expect(last).toMatchObject({ what: 'sealed events', exact: true, tenant: { rows: 60, of: 60 } });
  });
});

describe('what still needs a generation, for a request, next to few cards', () => {
  beforeAll(async () => {
    rig = await openWith(40);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  it('counts every row, and says the same as the command line', async () => {
    const { one, two } = await shares('pin-wrapping', 'large');
    const { one: other } = await shares('pin-wrapping', 'small');
    const [counted] = await keyReferences(rig.dataSource, { kind: 'pin-wrapping', generation: 1 });
    expect(one?.exact).toBe(true);
    expect((one?.tenant.rows ?? 0) + (other?.tenant.rows ?? 0)).toBe(counted?.rows);
    expect((one?.tenant.of ?? 0) + (other?.tenant.of ?? 0)).toBe(40);
    expect(one?.tenant.rows).toBe((one?.tenant.of ?? 0) - (two?.tenant.rows ?? 0));
  });

  it('says none and all only where that is so', async () => {
    await rig.owner.query('UPDATE cards SET verifier_generation = 2');
    const none = await shares('pin-wrapping');
    expect([none.one?.installationPercent, none.two?.installationPercent]).toEqual([0, 100]);
    await rig.owner.query(
      `INSERT INTO cards (tenant_id, card_id, card_ref, pin_account, verifier, verifier_salt, verifier_generation)
       SELECT 'large', gen_random_uuid(), 'more-' || n, '000000000000', sha256(''), substr(sha256(''), 1, 16),
              CASE WHEN n = 1 THEN 1 ELSE 2 END FROM generate_series(1, 900) AS n`,
    );
    const few = await shares('pin-wrapping');
    expect(few.one).toMatchObject({ exact: true, installationPercent: 1 });
    expect(few.two).toMatchObject({ exact: true, installationPercent: 99 });
    expect(few.last).toMatchObject({ what: 'verifiers of earlier PINs', installationPercent: 0 });
  });
});
