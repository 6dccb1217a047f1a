import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryJobs, WebhookDeliveries } from '#libs/webhooks';
import { insertLockedCards } from '../incidents/locked-cards.js';
import { openStore, TENANT, type StoreUnderTest } from './store-kit.js';

const LOCKED = 10_000;
const ACTIVE = 100_000;

interface Asked {
  readonly text: string;
  readonly parameters: unknown[];
}

let rig: StoreUnderTest;
let series: string;
const asked: Asked[] = [];

beforeAll(async () => {
  rig = await openStore({ poolSize: 2 });
  const { owner } = rig;
  series = await insertLockedCards(owner, LOCKED);
  await owner.query(
    `INSERT INTO cards (tenant_id, card_id, card_ref, pin_status, pan_last4)
     SELECT 'default', gen_random_uuid(), 'active-' || n, 'active', lpad((n % 10000)::text, 4, '0') FROM generate_series(1, $1) AS n`,
    [ACTIVE],
  );
  await owner.query('ANALYZE');
  Object.assign(rig.dataSource, {
    logger: { logQuery: (text: string, parameters: unknown[] = []) => void asked.push({ text, parameters }) },
  });
});
afterAll(async () => await rig[Symbol.asyncDispose]());

/** Plans of what was asked meanwhile, as the database makes them for these very values. */
async function plansOf(read: () => Promise<unknown>): Promise<string> {
  asked.length = 0;
  await read();
  const statements = asked.filter(({ text }) => /^\s*SELECT/i.test(text));
  expect(statements.length).toBeGreaterThan(0);
  const plans: string[] = [];
  for (const { text, parameters } of statements) {
    const lines = await rig.owner.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${text}`, parameters);
    plans.push(...lines.map((line) => line['QUERY PLAN']));
  }
  return plans.join('\n');
}

/** As large as the portfolio, or what was told of it. */
const BIG = /Seq Scan on (cards|card_data|webhook_deliveries|outbox_events)/;

describe('what a list of the console reads, next to 10,000 locked cards', () => {
  it('locked cards are read from their index, page by page, without sorting them', async () => {
    const { nextCursor } = await rig.store.findCards(TENANT, { pinStatus: 'locked', limit: 50 });
    for (const cursor of [undefined, nextCursor ?? undefined]) {
      const plan = await plansOf(
        async () => await rig.store.findCards(TENANT, { pinStatus: 'locked', limit: 50, cursor }),
      );
      expect(plan).toContain('Index Scan using cards_locked');
      expect(plan).not.toMatch(BIG);
      expect(plan).not.toContain('Sort');
    }
  });

  it.each([
    ['all cards', {}],
    ['cards with a PIN', { pinStatus: 'active' as const }],
    ['a card by its reference', { cardRef: 'active-4711' }],
    ['cards by their last four digits', { last4: '4711' }],
    ['locked cards by their last four digits', { last4: '4711', pinStatus: 'locked' as const }],
  ])('%s: no table is read as a whole', async (_what, filter) => {
    const plan = await plansOf(async () => await rig.store.findCards(TENANT, { limit: 50, ...filter }));
    expect(plan).not.toMatch(BIG);
  });

  it('a reference is found by itself', async () => {
    const plan = await plansOf(
      async () => await rig.store.findCards(TENANT, { limit: 50, cardRef: `${series}4711` }),
    );
    expect(plan).toMatch(/Index Cond: .*card_ref/);
  });

  it('deliveries of an endpoint come from their index, also those of one status', async () => {
    const { owner } = rig;
    await owner.query(
      `INSERT INTO webhook_endpoints (tenant_id, endpoint_id, url)
       SELECT 'default', gen_random_uuid(), 'https://receiver-' || n || '.example/' FROM generate_series(1, 20) AS n`,
    );
    await owner.query(
      `INSERT INTO webhook_deliveries (tenant_id, delivery_id, endpoint_id, event_id, type, status)
       SELECT tenant_id, gen_random_uuid(), endpoint_id, n, 'pin.locked', 'delivered'
         FROM webhook_endpoints, generate_series(1, 1000) AS n`,
    );
    await owner.query('ANALYZE webhook_deliveries');
    const [endpoint] = await owner.query<{ endpointId: string }[]>(
      'SELECT endpoint_id AS "endpointId" FROM webhook_endpoints LIMIT 1',
    );
    const deliveries = new WebhookDeliveries(
      rig.dataSource,
      new DeliveryJobs({ connectionString: rig.database.serviceUrl }, (fault) => {
        throw fault;
      }),
    );
    for (const status of [undefined, 'delivered'] as const) {
      const plan = await plansOf(
        async () => await deliveries.list(TENANT, endpoint?.endpointId ?? '', { limit: 50, status }),
      );
      expect(plan).toContain('webhook_deliveries_endpoint');
      expect(plan).not.toMatch(BIG);
    }
  });
});
