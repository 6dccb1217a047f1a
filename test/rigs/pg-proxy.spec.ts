import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { gate, PgProxy, type Verdict } from './pg-proxy.js';
import { until } from '../support/until.js';

const { superuserUrl } = inject('postgres');
/** A statement that leaves a row, so that the test can ask the server itself whether it was committed. */
const RECORD = { name: 'record', text: 'INSERT INTO pg_proxy_rows (value) VALUES ($1) /* rig_record */' };
const OTHER = { name: 'other', text: 'SELECT 1 AS one' };

let direct: pg.Client;
let proxy: PgProxy;
let clients: pg.Client[] = [];

beforeAll(async () => {
  direct = new pg.Client(superuserUrl);
  await direct.connect();
  await direct.query('CREATE TABLE IF NOT EXISTS pg_proxy_rows (value text)');
});

afterAll(async () => {
  await direct.query('DROP TABLE pg_proxy_rows');
  await direct.end();
});

beforeEach(async () => {
  await direct.query('TRUNCATE pg_proxy_rows');
  proxy = await PgProxy.start(superuserUrl);
  clients = [];
});

afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  for (const client of clients) await client.end().catch(() => {});
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(proxy.url(superuserUrl));
  client.on('error', () => {});
  clients.push(client);
  await client.connect();
  return client;
}

async function rows(): Promise<string[]> {
  const result = await direct.query<{ value: string }>('SELECT value FROM pg_proxy_rows ORDER BY value');
  return result.rows.map(({ value }) => value);
}

const record = (client: pg.Client, value: string) => client.query({ ...RECORD, values: [value] });
/** The outcome as a value, so that a rejection may come before the code that waits for it. */
const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    () => 'rejected',
  );

describe('a proxy in front of PostgreSQL', () => {
  it('passes everything on when no trap is set', async () => {
    const client = await connect();
    await client.query('BEGIN');
    for (const value of ['a', 'b']) await record(client, value);
    await client.query('COMMIT');
    const large = await client.query<{ text: string }>("SELECT repeat('x', 3000000) AS text");
    expect(large.rows[0]?.text).toHaveLength(3_000_000);
    await expect(client.query('SELECT nonsense')).rejects.toThrow('nonsense');
    expect(await rows()).toEqual(['a', 'b']);
  });

  it('tells the client that there is no TLS, as the server would', async () => {
    const client = new pg.Client({ connectionString: proxy.url(superuserUrl), ssl: true });
    client.on('error', () => {});
    await expect(client.connect()).rejects.toThrow('The server does not support SSL connections');
  });

  it('holds a statement before the server has seen it', async () => {
    const client = await connect();
    const held = gate();
    const trap = proxy.beforeForward(/rig_record/, held.action);
    const answer = outcome(record(client, 'held'));
    expect(await trap.reached()).toMatchObject({ connection: 1, statements: [RECORD.text] });
    expect(await rows()).toEqual([]);
    held.open();
    expect(await answer).toBe('resolved');
    expect(await rows()).toEqual(['held']);
  });

  it('knows a prepared statement that was parsed before the trap was set', async () => {
    const client = await connect();
    await record(client, 'first');
    const trap = proxy.beforeForward(/rig_record/, () => 'forward');
    await record(client, 'second');
    await client.query(OTHER);
    expect(trap.caught).toHaveLength(1);
  });

  it('leaves other statements and other connections alone', async () => {
    const [one, other] = [await connect(), await connect()];
    const held = gate();
    const trap = proxy.beforeForward(/rig_record/, held.action, { times: 1 });
    const answer = record(one, 'one');
    await trap.reached();
    expect((await other.query(OTHER)).rows).toEqual([{ one: 1 }]);
    await record(other, 'two');
    expect(await rows()).toEqual(['two']);
    held.open();
    await answer;
    expect(await rows()).toEqual(['one', 'two']);
  });

  it('loses a statement on its way to the server', async () => {
    const client = await connect();
    proxy.beforeForward(/rig_record/, () => 'cut', { times: 1 });
    await expect(record(client, 'lost')).rejects.toThrow();
    await record(await connect(), 'again');
    expect(await rows()).toEqual(['again']);
  });

  it('loses the reply to a statement that is committed by then', async () => {
    const client = await connect();
    proxy.afterServerReply(/rig_record/, async (): Promise<Verdict> => {
      expect(await rows()).toEqual(['committed']);
      return 'cut';
    });
    await expect(record(client, 'committed')).rejects.toThrow();
    expect(await rows()).toEqual(['committed']);
  });

  it('delivers a held reply whole and in order', async () => {
    const client = await connect();
    const held = gate();
    const trap = proxy.afterServerReply(/rig_record/, held.action);
    const order: string[] = [];
    const recorded = record(client, 'x').then(({ rowCount }) => order.push(`recorded ${rowCount}`));
    const asked = client.query(OTHER).then(({ rows: [row] }) => order.push(`asked ${JSON.stringify(row)}`));
    await trap.reached();
    expect(order).toEqual([]);
    held.open();
    await Promise.all([recorded, asked]);
    expect(order).toEqual(['recorded 1', 'asked {"one":1}']);
  });

  it.each(['forward', 'cut-client'] as const)(
    'lets a held statement reach the server although its client has gone (%s)',
    async (verdict) => {
      const client = await connect();
      const held = gate();
      const trap = proxy.beforeForward(/rig_record/, held.action);
      const answer = outcome(record(client, 'orphan'));
      await trap.reached();
      const { stream } = (client as unknown as { connection: { stream: import('node:net').Socket } })
        .connection;
      if (verdict === 'forward') {
        stream.destroy();
        await until('the end of the connection', () => proxy.openConnections === 0);
      }
      held.open(verdict);
      expect(await answer).toBe('rejected');
      await until('the row', async () => (await rows()).includes('orphan'));
    },
  );

  it('catches simple queries as well', async () => {
    const client = await connect();
    const trap = proxy.afterServerReply(/pg_proxy_rows/, () => 'forward');
    await client.query('SELECT value FROM pg_proxy_rows');
    expect(trap.caught).toHaveLength(1);
  });

  it('cuts all connections, and refuses new ones, while the server is out of reach', async () => {
    const client = await connect();
    const ended = new Promise<void>((resolve) => client.on('end', () => resolve()));
    proxy.setReachable(false);
    await ended;
    await expect(connect()).rejects.toThrow();
    proxy.setReachable(true);
    expect((await (await connect()).query(OTHER)).rows).toEqual([{ one: 1 }]);
  });

  it('cuts when an action fails, and says so, rather than let the test pass', async () => {
    const client = await connect();
    proxy.beforeForward(/rig_record/, () => Promise.reject(new Error('bug in a test')));
    await expect(record(client, 'x')).rejects.toThrow();
    expect(await rows()).toEqual([]);
    await expect(proxy[Symbol.asyncDispose]()).rejects.toThrow('a trap failed');
    proxy = await PgProxy.start(superuserUrl);
  });
});
