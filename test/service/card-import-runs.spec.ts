import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPan } from '../support/random-pan.js';
import { ServiceGround } from '../rigs/service-ground.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { Importer, ndjson, refs } from './import-kit.js';

/** Lines that are done together (libs/pin/src/imports). */
const BATCH = 200;

let ground: ServiceGround;
let service: ServiceProcess;
beforeAll(async () => {
  ground = await ServiceGround.make();
  await ground.owner.query("INSERT INTO tenants (tenant_id) VALUES ('other'), ('elsewhere')");
});
afterEach(async () => await service[Symbol.asyncDispose]());
afterAll(async () => await ground[Symbol.asyncDispose]());

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  const { identity, token, database } = ground;
  const options = { identity, token, databaseUrl: database.serviceUrl };
  service = await ServiceProcess.start({ ...options, environment: { ...NO_RATE_LIMITS, ...environment } });
}

const importer = async (tenantId = 'default') =>
  await Importer.of({ service, identity: ground.identity }, { tenantId });

const full = (count: number) =>
  refs(count).map((card) => ({ ...card, pan: randomPan(), expiry: '12/29', holderName: 'Ada Lovelace' }));

/** What the database has of these cards: cards, sealed data, audit lines, records of lines. */
async function traces(cards: readonly { readonly cardRef: string }[]): Promise<unknown> {
  const all = cards.map(({ cardRef }) => cardRef);
  const [row] = await ground.owner.query<object[]>(
    `SELECT (SELECT count(*)::integer FROM cards WHERE card_ref = ANY ($1)) AS cards,
            (SELECT count(*)::integer FROM card_data JOIN cards USING (tenant_id, card_id) WHERE card_ref = ANY ($1)) AS data,
            (SELECT count(*)::integer FROM audit_events WHERE action = 'card.register'
                AND details::json ->> 'cardRef' = ANY ($1)) AS lines,
            (SELECT count(*)::integer FROM card_import_lines WHERE outcome = 'registered' AND card_ref = ANY ($1)) AS records`,
    [all],
  );
  return row;
}

/** Once each. */
const once = (count: number) => ({ cards: count, data: count, lines: count, records: count });

/** Imports of the first tenant that run now. */
async function running(): Promise<number> {
  const [row] = await ground.owner.query<{ running: number }[]>(
    "SELECT count(*)::integer AS running FROM card_imports WHERE tenant_id = 'default' AND state = 'running'",
  );
  return row?.running ?? 0;
}

/** As if the time of a run that has gone without a word were over. */
async function endLeases(): Promise<void> {
  await ground.owner.query("UPDATE card_imports SET runs_until = clock_timestamp() WHERE state = 'running'");
}

const registered = async (sender: Importer, requestId: string) =>
  (await sender.find(requestId))?.registered ?? 0;

describe('an import that is interrupted', () => {
  it('by kill -9, again and again, goes on where it was: each card once', async () => {
    const [requestId, cards] = [randomUUID(), full(2_000)];
    for (const killedAt of [1, 3 * BATCH, 7 * BATCH]) {
      await start();
      const sender = await importer();
      const upload = sender.open(requestId);
      const sending = (async () => {
        for (const card of cards) await upload.write(ndjson([card]));
      })().catch(() => undefined);
      await expect.poll(() => registered(sender, requestId)).toBeGreaterThanOrEqual(killedAt);
      await service.kill();
      upload.cut();
      await sending;
      const [row] = await ground.owner.query<{ state: string }[]>(
        'SELECT state FROM card_imports WHERE request_id = $1',
        [requestId],
      );
      expect(row?.state).toBe('running');
      await endLeases();
    }
    await start();
    const sender = await importer();
    expect(await sender.find(requestId)).toMatchObject({ state: 'interrupted' });
    const { status, body } = await sender.send(cards, { requestId });
    expect([status, body]).toMatchObject([
      200,
      { state: 'completed', registered: 2_000, existing: 0, failed: 0 },
    ]);
    expect(await traces(cards)).toEqual(once(2_000));
  });

  it('by kill -9 is held for its sender until its time is over', async () => {
    await start();
    const [requestId, cards] = [randomUUID(), refs(3)];
    const upload = (await importer()).open(requestId);
    await upload.write(ndjson(cards));
    await expect.poll(async () => (await (await importer()).find(requestId))?.state).toBe('running');
    await service.kill();
    upload.cut();
    await start();
    const sender = await importer();
    const held = await sender.send(cards, { requestId });
    expect(held).toMatchObject({ status: 409, body: { code: 'REQUEST_IN_PROGRESS' } });
    expect(Number(held.headers['retry-after'])).toBeLessThanOrEqual(10);
    await endLeases();
    expect(await sender.send(cards, { requestId })).toMatchObject({ status: 200, body: { registered: 3 } });
  });

  it('by a connection that is cut is interrupted at once, with its audit line, and goes on', async () => {
    await start();
    const [requestId, cards] = [randomUUID(), full(3 * BATCH)];
    const sender = await importer();
    const upload = sender.open(requestId);
    // The last line is whole but for its end: it is none.
    await upload.write(ndjson(cards.slice(0, BATCH + 50)) + JSON.stringify(cards[BATCH + 50]));
    await expect.poll(() => registered(sender, requestId)).toBe(BATCH);
    upload.cut();
    await expect.poll(async () => (await sender.find(requestId))?.state).toBe('interrupted');
    expect(await registered(sender, requestId)).toBe(BATCH + 50);
    const ends = "SELECT result FROM audit_events WHERE request_id = $1 AND action = 'card-import.end'";
    expect(await ground.owner.query(ends, [requestId])).toEqual([{ result: 'interrupted' }]);
    const { body } = await sender.send(cards, { requestId });
    expect(body).toMatchObject({ state: 'completed', registered: 3 * BATCH });
    expect(await traces(cards)).toEqual(once(3 * BATCH));
  });

  it('by a stop of the service is told what is done, and goes on at another one', async () => {
    await start();
    const [requestId, cards] = [randomUUID(), full(2 * BATCH)];
    const sender = await importer();
    const upload = sender.open(requestId);
    await upload.write(ndjson(cards.slice(0, BATCH + 1)));
    await expect.poll(() => registered(sender, requestId)).toBe(BATCH);
    const [exit, { status, headers, body }] = await Promise.all([service.stop(), upload.answered]);
    expect(exit.code).toBe(0);
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(body).toMatchObject({ code: 'CARD_IMPORT_INTERRUPTED', import: { state: 'interrupted' } });
    await start();
    const resumed = await (await importer()).send(cards, { requestId });
    expect(resumed.body).toMatchObject({ state: 'completed', registered: 2 * BATCH });
    expect(await traces(cards)).toEqual(once(2 * BATCH));
  });

  it('by a sender that says nothing more, but not by one that takes long', async () => {
    await start({ REQUEST_TIMEOUT_MS: '1000' });
    const sender = await importer();
    const [silent, long] = [randomUUID(), randomUUID()];
    const uploads = [sender.open(silent), (await importer('other')).open(long)] as const;
    await uploads[0].write(ndjson(refs(1)));
    const until = performance.now() + 3_000;
    while (performance.now() < until) await uploads[1].write(ndjson(full(20)));
    uploads[1].end();
    expect(await uploads[0].answered).toMatchObject({
      status: 503,
      body: { code: 'CARD_IMPORT_INTERRUPTED' },
    });
    expect(await uploads[1].answered).toMatchObject({ status: 200, body: { state: 'completed', failed: 0 } });
  });

  it('by an HSM host that dies goes on with the next one', async () => {
    await start();
    const [requestId, cards] = [randomUUID(), full(1_000)];
    const sender = await importer();
    const first = sender.send(cards, { requestId });
    await expect.poll(() => registered(sender, requestId)).toBeGreaterThan(0);
    for (const pid of service.hostPids()) process.kill(pid, 'SIGKILL');
    expect((await first).body).toMatchObject({ code: 'HSM_UNAVAILABLE' });
    expect(await sender.find(requestId)).toMatchObject({ state: 'interrupted' });
    await expect.poll(async () => (await sender.send(cards, { requestId })).status).toBe(200);
    expect(await traces(cards)).toEqual(once(1_000));
  });
});

describe('imports', () => {
  it('under one request id are one: the second is told that the first is at work', async () => {
    await start();
    const [requestId, sender] = [randomUUID(), await importer()];
    const upload = sender.open(requestId);
    await upload.write(ndjson(refs(1)));
    await expect.poll(async () => (await sender.find(requestId))?.state).toBe('running');
    expect(await sender.send(refs(1), { requestId })).toMatchObject({
      status: 409,
      body: { code: 'REQUEST_IN_PROGRESS' },
    });
    upload.end();
    expect(await upload.answered).toMatchObject({ status: 200 });
  });

  it('run one at a time for a tenant, so many in all, and who asked first comes first', async () => {
    await start({ CARD_IMPORTS_AT_ONCE: '2' });
    const [ours, other, elsewhere] = [await importer(), await importer('other'), await importer('elsewhere')];
    const [first, second] = [randomUUID(), randomUUID()];
    const uploads = [ours.open(first), other.open(second)] as const;
    for (const upload of uploads) await upload.write(ndjson(refs(1)));
    for (const [sender, requestId] of [
      [ours, first],
      [other, second],
    ] as const)
      await expect.poll(async () => (await sender.find(requestId))?.state).toBe('running');
    const refused = (limit: string) => ({ status: 429, body: { code: 'OPERATION_RATE_LIMITED', limit } });
    expect(await ours.send(refs(1))).toMatchObject(refused('tenant-card-imports'));
    const full429 = await elsewhere.send(refs(1));
    expect(full429).toMatchObject(refused('card-imports'));
    expect(Number(full429.headers['retry-after'])).toBeGreaterThan(0);
    uploads[0].end();
    expect(await uploads[0].answered).toMatchObject({ status: 200 });
    // There is room, and it is kept for the tenant that found none.
    expect(await ours.send(refs(1))).toMatchObject(refused('card-imports'));
    expect(await elsewhere.send(refs(1))).toMatchObject({ status: 200 });
    expect(await ours.send(refs(1))).toMatchObject({ status: 200 });
    uploads[1].end();
    expect(await uploads[1].answered).toMatchObject({ status: 200 });
    expect(await ground.owner.query('SELECT * FROM card_import_turns')).toEqual([]);
  });

  it('of two tenants at once take turns, and neither waits for the end of the other', async () => {
    await start();
    const [ours, other] = [await importer(), await importer('other')];
    const [large, small] = [full(3_000), full(400)];
    const first = ours.send(large);
    await expect.poll(running).toBe(1);
    expect(await other.send(small)).toMatchObject({ status: 200, body: { registered: 400 } });
    expect(await running()).toBe(1);
    expect(await first).toMatchObject({ status: 200, body: { registered: 3_000 } });
  });

  it('and single registrations of the same references make each card once', async () => {
    await start();
    const cards = refs(3 * BATCH);
    const token = await ground.identity.tokenFor({ scopes: ['cards:write'] });
    const singles = cards.filter((_, index) => index % 10 === 0);
    const [imported, ...alone] = await Promise.all([
      (await importer()).send(cards),
      ...singles.map((body) => service.request('POST', '/v1/cards', { token, body })),
    ]);
    const made = alone.filter(({ status }) => status === 201).length;
    expect(alone.filter(({ status }) => ![200, 201].includes(status))).toEqual([]);
    expect(imported.body).toMatchObject({ registered: 3 * BATCH - made, existing: made, failed: 0 });
    const counted = 'SELECT count(*)::integer AS cards FROM cards WHERE card_ref = ANY ($1)';
    expect(await ground.owner.query(counted, [cards.map(({ cardRef }) => cardRef)])).toEqual([
      { cards: 3 * BATCH },
    ]);
  });

  it('stop at a brake, and when their client is revoked; both may go on later', async () => {
    await start();
    const [requestId, cards] = [randomUUID(), refs(2 * BATCH)];
    const sender = await importer();
    const halfway = async (): Promise<ReturnType<Importer['open']>> => {
      const upload = sender.open(requestId);
      await upload.write(ndjson(cards.slice(0, BATCH)));
      await expect.poll(() => registered(sender, requestId)).toBe(BATCH);
      return upload;
    };
    const stopped = await halfway();
    await ground.owner.query(
      `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through)
       VALUES ('default', $1, 'operation', 'card.register', 'a test', 'Ada', 'test')`,
      [randomUUID()],
    );
    await stopped.write(ndjson(cards.slice(BATCH)));
    stopped.end();
    expect(await stopped.answered).toMatchObject({ status: 503, body: { code: 'OPERATIONS_SUSPENDED' } });
    expect(await sender.send(cards, { requestId })).toMatchObject({ status: 503 });
    await ground.owner.query('DELETE FROM brakes');
    const revoked = await halfway();
    await ground.owner.query(
      `INSERT INTO api_clients (tenant_id, client_id, scopes, allowed_addresses, created_at, revoked_at)
       VALUES ('default', 'importer', '{cards:import}', '{}', clock_timestamp(), clock_timestamp())`,
    );
    await revoked.write(ndjson(cards.slice(BATCH)));
    revoked.end();
    expect(await revoked.answered).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    await ground.owner.query("DELETE FROM api_clients WHERE client_id = 'importer'");
    expect(await sender.send(cards, { requestId })).toMatchObject({
      status: 200,
      body: { registered: 2 * BATCH },
    });
  });
});

describe('a large upload', () => {
  it('of more than 100,000 lines has its first ones done, and is told so', async () => {
    await start();
    const [requestId, sender] = [randomUUID(), await importer()];
    const cards = refs(7).map((card) => JSON.stringify(card));
    // Blank lines count, and cost nothing: line 100,001 is one too many.
    const text = `${'\n'.repeat(100_000 - 5)}${cards.join('\n')}\n`;
    const tooLong = await sender.send([text.slice(0, -1)], { requestId });
    expect(tooLong).toMatchObject({
      status: 413,
      body: { code: 'CARD_IMPORT_TOO_LONG', import: { state: 'truncated', registered: 5, failed: 0 } },
    });
    const chunked = (await importer('other')).open(requestId);
    for (let at = 0; at < text.length; at += 16_384) await chunked.write(text.slice(at, at + 16_384));
    // The sender does not look for an answer before it has sent all of it.
    for (let piece = 0; piece < 100; piece += 1) await chunked.write(`${cards[0]}\n`.repeat(1_000));
    chunked.end();
    expect(await chunked.answered).toMatchObject({ status: 413, body: { import: { registered: 5 } } });
    const shorter = await sender.send([`${'\n'.repeat(100_000 - 5)}${cards.slice(0, 5).join('\n')}`], {
      requestId,
    });
    expect(shorter).toMatchObject({ status: 200, body: { state: 'completed', registered: 5 } });
  });

  it('does not make the memory of the service grow with it', async () => {
    const file = join(ground.token.directory, 'live-memory');
    const program = fileURLToPath(new URL('live-memory.mjs', import.meta.url));
    await start({ NODE_OPTIONS: `--import=${program}`, LIVE_MEMORY_FILE: file });
    const upload = (await importer()).open(randomUUID());
    const wide = ndjson(refs(250).map((card) => ({ ...card, holderName: 'x'.repeat(3_900) })));
    const send = async (megabytes: number) => {
      // A part of it are lines; the rest is one that never ends.
      for (let sent = 0; sent < megabytes; sent += 1)
        await upload.write(sent % 4 === 0 ? `\n${wide}"` : 'y'.repeat(1_000_000));
    };
    await send(12);
    const before = await liveMemory(service.pid, file);
    await send(60);
    // Buffers of the moment go, as fast as the service reads them; it would be all that was sent.
    await expect.poll(async () => (await liveMemory(service.pid, file)) - before).toBeLessThan(20);
    upload.end();
    expect(await upload.answered).toMatchObject({ status: 200, body: { state: 'completed', registered: 0 } });
  });
});

/** What a process holds when its garbage is collected, MiB. */
async function liveMemory(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  await expect.poll(() => existsSync(file)).toBe(true);
  return Number(readFileSync(file, 'utf8')) / 1_048_576;
}
