import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMS } from '../evidence/canary/forms.js';
import { databaseDump, searchPieces } from '../evidence/boundary/places.js';
import { NeedleSet } from '../support/needle-set.js';
import { NO_RATE_LIMITS } from '../support/no-rate-limits.js';
import { randomPan } from '../support/random-pan.js';
import { Importer, ndjson, refs, type ImportState } from './import-kit.js';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let owner: DataSource;
let importer: Importer;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...NO_RATE_LIMITS, LOG_LEVEL: 'debug' });
  owner = await kit.openOwner();
  importer = await Importer.of(kit);
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const ref = () => `ref-${randomUUID()}`;
const withData = (cardRef = ref()) => ({
  cardRef,
  pan: randomPan(),
  expiry: '12/29',
  holderName: 'Ada Lovelace',
});
const importIdOf = ({ body }: { body: unknown }) => (body as ImportState).importId;

async function auditLines(requestId: string) {
  return await owner.query<{ action: string; result: string; details: string; masked_pan: string | null }[]>(
    'SELECT action, result, details, masked_pan FROM audit_events WHERE request_id = $1 ORDER BY audit_id',
    [requestId],
  );
}

describe('an import', () => {
  it('registers a card a line, with data and without, as single registrations do', async () => {
    const [bare, full, bound] = [ref(), ref(), ref()];
    const lines = [{ cardRef: bare }, withData(full), { ...withData(bound), pinAccountSource: 'pan' }];
    const { status, body } = await importer.send(lines);
    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'completed', received: 3, registered: 3, existing: 0, failed: 0 });
    const { importId } = body as ImportState;
    const told = await importer.linesOf(importId);
    expect(told.map(({ line, outcome, cardRef }) => ({ line, outcome, cardRef }))).toEqual([
      { line: 1, outcome: 'registered', cardRef: bare },
      { line: 2, outcome: 'registered', cardRef: full },
      { line: 3, outcome: 'registered', cardRef: bound },
    ]);
    for (const [index, { cardId }] of told.entries()) {
      const read = await kit.service.request('GET', `/v1/cards/${cardId}`, { token: kit.cardApp });
      expect(read.body).toMatchObject({ cardRef: lines[index]?.cardRef, pinStatus: 'unset' });
      expect(Object.keys(read.body as object).includes('maskedPan')).toBe(index > 0);
      expect(Object.keys(read.body as object).includes('pinAccount')).toBe(index < 2);
    }
    expect((await importer.get(`/${importId}`)).body).toEqual(body);
  });

  it('takes cards that can have a PIN and be revealed', async () => {
    const { cardRef } = withData();
    const pan = randomPan();
    const [line] = await importer.linesOf(importIdOf(await importer.send([{ cardRef, pan }])));
    const { body } = await kit.service.request('GET', `/v1/cards/${line?.cardId}`, { token: kit.cardApp });
    const { cardId, pinAccount } = body as { cardId: string; pinAccount: string };
    const encryptedPin = await kit.encrypt('482915', { cardId, pinAccount });
    expect((await kit.post(`/v1/cards/${cardId}/pin`, { encryptedPin })).status).toBe(201);
    expect(await kit.validate({ cardId, pinAccount }, '482915')).toMatchObject({ body: { verified: true } });
    expect(
      (await kit.service.request('GET', `/v1/cards/${cardId}`, { token: kit.cardApp })).body,
    ).toMatchObject({
      maskedPan: `XXXX${pan.slice(-4)}`,
    });
  });

  it('has an audit line where it begins and ends, one of each card, and no event', async () => {
    const requestId = randomUUID();
    const [bare, full] = [{ cardRef: ref() }, withData()];
    const importId = importIdOf(await importer.send([bare, full, '{}'], { requestId }));
    const lines = await auditLines(requestId);
    expect(lines.map(({ action, result }) => [action, result])).toEqual([
      ['card-import.begin', 'begun'],
      ['card.register', 'registered'],
      ['card.register', 'registered'],
      ['card-import.end', 'completed'],
    ]);
    const single = randomUUID();
    await kit.post('/v1/cards', { cardRef: ref() }, { requestId: single });
    const [, first, second, last] = lines.map(
      ({ details }) => JSON.parse(details) as Record<string, unknown>,
    );
    const [alone] = (await auditLines(single)).map(({ details }) => JSON.parse(details) as object);
    expect(Object.keys(first ?? {})).toEqual(Object.keys(alone ?? {}));
    expect([first?.['cardRef'], second?.['cardRef']]).toEqual([bare.cardRef, full.cardRef]);
    expect(lines[2]?.masked_pan).toBe(`XXXX${full.pan.slice(-4)}`);
    expect(last).toEqual({ importId, registered: 2, existing: 0, failed: 1 });
    const events = 'SELECT count(*)::integer AS count FROM outbox_events WHERE data::text LIKE $1';
    expect(await owner.query(events, [`%${requestId}%`])).toEqual([{ count: 0 }]);
  });

  it('is told by line what is wrong, and goes on with the others', async () => {
    const [first, last, closed, existing] = [ref(), ref(), ref(), ref()];
    const { cardId } = (await kit.post('/v1/cards', { cardRef: closed })).body as { cardId: string };
    await kit.post(`/v1/cards/${cardId}/close`, {});
    await kit.post('/v1/cards', withData(existing));
    const pan = randomPan();
    const wrongDigit = `${pan.slice(0, -1)}${(Number(pan.slice(-1)) + 1) % 10}`;
    const lines = [
      { cardRef: first },
      'no JSON',
      `{"cardRef":"${ref()}","cardRef":"${ref()}"}`,
      `{"cardRef":"${ref()}","holderName":"${'x'.repeat(5_000)}"}`,
      { cardRef: 'with-a-fault', pan: wrongDigit },
      { pan },
      { cardRef: pan },
      { cardRef: ref(), cvv: '123' },
      { cardRef: ref(), expiry: '12/29' },
      '',
      '[1,2]',
      Buffer.from('{"cardRef":"\u00ff"}', 'latin1').toString('latin1'),
      { cardRef: first, pan },
      withData(existing),
      { cardRef: closed },
      { cardRef: last },
    ];
    const answer = await importer.send(lines);
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'completed', received: 15, registered: 2, existing: 1, failed: 12 },
    });
    const told = await importer.linesOf(importIdOf(answer), '&outcome=failed');
    expect(told.map(({ line, code, pointer, cardRef }) => [line, code, pointer, cardRef])).toEqual([
      [2, 'LINE_NOT_JSON', '', undefined],
      [3, 'LINE_NOT_JSON', '', undefined],
      [4, 'LINE_TOO_LONG', '', undefined],
      [5, 'LINE_INVALID', '/pan', 'with-a-fault'],
      [6, 'LINE_INVALID', '/cardRef', undefined],
      [7, 'LINE_INVALID', '/cardRef', undefined],
      [8, 'LINE_INVALID', '/cvv', expect.any(String)],
      [9, 'LINE_INVALID', '/expiry', expect.any(String)],
      [11, 'LINE_INVALID', '', undefined],
      [12, 'LINE_INVALID', '/cardRef', undefined],
      [13, 'CARD_REF_REPEATED', '/cardRef', first],
      [15, 'CARD_CLOSED', '/cardRef', closed],
    ]);
    expect(told.at(-1)).toMatchObject({ cardId });
    expect(await importer.linesOf(importIdOf(answer), '&outcome=existing')).toEqual([
      { line: 14, outcome: 'existing', cardRef: existing, cardId: expect.any(String) },
    ]);
    // Neither the line nor a part of it is repeated.
    expect(JSON.stringify(told)).not.toMatch(new RegExp(`${pan.slice(0, 8)}|\\b123\\b|xxx`));
  });

  it('counts what another import or call has registered apart, whatever its data are', async () => {
    const card = withData();
    await kit.post('/v1/cards', card);
    const guesses = [card, { ...card, pan: randomPan() }, { cardRef: card.cardRef }];
    for (const guess of guesses)
      expect(await importer.send([guess])).toMatchObject({ body: { registered: 0, existing: 1, failed: 0 } });
  });

  it('is the same import when it is sent again: its lines answer from their records', async () => {
    const requestId = randomUUID();
    const lines = [...refs(250), 'no JSON', withData()];
    const first = await importer.send(lines, { requestId });
    const again = await importer.send(lines, { requestId });
    const { changedAt: _, ...told } = first.body as ImportState & { changedAt: string };
    expect(again).toMatchObject({ status: 200, body: told });
    expect(told).toMatchObject({ registered: 251, failed: 1 });
    const registrations = (await auditLines(requestId)).filter(({ action }) => action === 'card.register');
    expect(registrations).toHaveLength(251);
  });

  it('tries again what failed, when it is sent again', async () => {
    const requestId = randomUUID();
    const [first, mended] = [ref(), ref()];
    const { body } = await importer.send([{ cardRef: first }, { cardRef: mended, pan: '1' }], { requestId });
    expect(body).toMatchObject({ registered: 1, failed: 1 });
    const again = await importer.send([{ cardRef: first }, { cardRef: mended }], { requestId });
    expect(again.body).toMatchObject({ registered: 2, failed: 0 });
    expect(await importer.linesOf(importIdOf(again), '&outcome=failed')).toEqual([]);
  });

  it('never compares the data of a line that is done, and refuses another card in its place', async () => {
    const requestId = randomUUID();
    const card = withData();
    const { body } = await importer.send([card], { requestId });
    const { changedAt: _, ...told } = body as ImportState & { changedAt: string };
    for (const other of [
      { ...card, pan: randomPan() },
      { cardRef: card.cardRef },
      { ...card, expiry: '01/31' },
    ])
      expect(await importer.send([other], { requestId })).toMatchObject({ status: 200, body: told });
    for (const other of [withData(), 'no JSON'])
      expect(await importer.send([other], { requestId })).toMatchObject({
        status: 422,
        body: { code: 'REQUEST_ID_REUSED' },
      });
    expect((await importer.get(`/${importIdOf({ body })}`)).body).toMatchObject({
      state: 'interrupted',
      registered: 1,
    });
  });

  it('has lines without a length before them, of any kind, and blank ones', async () => {
    const requestId = randomUUID();
    const cards = refs(5).map((card) => JSON.stringify(card));
    const upload = importer.open(requestId);
    const [begin, middle] = [
      `\r\n${cards[0]}\r\n   \n${cards[1]}`,
      `\n${cards[2]}\n${cards[3]?.slice(0, 9)}`,
    ];
    for (const text of [begin, middle, cards[3]?.slice(9) ?? '', '\n', cards[4] ?? ''])
      await upload.write(text);
    upload.end();
    const { status, body } = await upload.answered;
    expect([status, body]).toMatchObject([200, { state: 'completed', registered: 5, failed: 0 }]);
    const numbers = (await importer.linesOf(importIdOf({ body }))).map(({ line }) => line);
    expect(numbers).toEqual([2, 4, 5, 6, 7]);
  });

  it('is found by the request id of its upload, by its client alone', async () => {
    const requestId = randomUUID();
    const { body } = await importer.send(refs(1), { requestId });
    expect(await importer.find(requestId)).toEqual(body);
    expect(await importer.find(randomUUID())).toBeNull();
    const token = await kit.identity.tokenFor({ scopes: ['cards:import'], clientId: 'another' });
    const asked = await kit.service.request('GET', `/v1/card-imports?requestId=${requestId}`, { token });
    expect([asked.status, (asked.body as { code: string }).code]).toEqual([404, 'CARD_IMPORT_NOT_FOUND']);
  });

  it('is nothing that another tenant could see or go on with', async () => {
    const requestId = randomUUID();
    const cards = refs(2);
    const importId = importIdOf(await importer.send(cards, { requestId }));
    const other = await Importer.of(kit, { tenantId: 'other' });
    for (const path of [`/${importId}`, `/${importId}/lines`])
      expect((await other.get(path)).status).toBe(404);
    const theirs = await other.send(cards, { requestId });
    expect(theirs.body).toMatchObject({ registered: 2, existing: 0 });
    expect(importIdOf(theirs)).not.toBe(importId);
  });

  it('is told page by page', async () => {
    const importId = importIdOf(await importer.send(refs(7)));
    const page = async (query: string) => (await importer.get(`/${importId}/lines${query}`)).body as Page;
    const [first, second] = [await page('?limit=4'), await page('?limit=4&cursor=NA')];
    expect(first.items.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    expect(first.nextCursor).toBe('NA');
    expect([second.items.map(({ line }) => line), second.nextCursor]).toEqual([[5, 6, 7], null]);
    for (const query of ['?cursor=x', '?limit=1001', '?outcome=known', '?unknown=1'])
      expect((await importer.get(`/${importId}/lines${query}`)).status).toBe(400);
    expect((await importer.get('/no-id')).status).toBe(404);
  });

  it('needs a request id and lines of JSON', async () => {
    const asked = async (headers: Record<string, string>, body: unknown) =>
      await kit.service.request('POST', '/v1/card-imports', { token: importer.token, body, headers });
    const anonymous = await asked({ 'content-type': 'application/x-ndjson' }, ndjson(refs(1)));
    expect(anonymous).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/X-Request-ID', in: 'header' }] },
    });
    const json = await asked({ 'x-request-id': randomUUID() }, refs(1));
    expect(json.status).toBe(415);
    const elsewhere = await kit.post('/v1/cards', '{}', {
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(elsewhere.status).toBe(415);
    expect(
      (await asked({ 'content-type': 'application/x-ndjson', 'x-request-id': randomUUID() }, '')).body,
    ).toMatchObject({ state: 'completed', received: 0 });
  });

  it('leaves no PAN in log, answers, metrics or the database, sound lines and others alike', async () => {
    const pans = Array.from({ length: 6 }, randomPan);
    const [a, b, c, d, e, f] = pans as [string, string, string, string, string, string];
    const requestId = randomUUID();
    const lines = [
      { cardRef: ref(), pan: a, holderName: 'Ada Lovelace' },
      { cardRef: b, pan: b },
      `{"cardRef":"${ref()}","pan":"${c}"`,
      { cardRef: ref(), pan: d, holderName: d, [d]: d },
      { cardRef: ref(), pan: `${e} ` },
      f.repeat(300),
    ];
    const sent = await importer.send(lines, { requestId });
    const told = await importer.linesOf(importIdOf(sent));
    expect(told.map(({ outcome }) => outcome)).toEqual(['registered', ...Array<string>(5).fill('failed')]);
    const needles = pans.flatMap((pan) => FORMS.map(([name, of]) => ({ name, bytes: Buffer.from(of(pan)) })));
    const set = new NeedleSet([...needles, { name: 'control', bytes: Buffer.from(requestId) }]);
    const metrics = (await kit.service.request('GET', '/metrics', {})).body as string;
    const searched = [
      { where: 'log', bytes: Buffer.from(kit.service.output) },
      { where: 'metrics', bytes: Buffer.from(metrics) },
      { where: 'answers', bytes: Buffer.from(JSON.stringify([sent, told])) },
      ...(await databaseDump(kit.database.superuserUrl)),
    ];
    const found = searched.flatMap((piece) => searchPieces([piece], set));
    expect(found.filter(({ needle }) => needle !== 'control')).toEqual([]);
    expect(new Set(found.map(({ where }) => where.replace(/^public\.(audit_events).*/, '$1')))).toEqual(
      new Set(['log', 'answers', 'audit_events', 'public.card_imports.request_id']),
    );
  });
});

interface Page {
  readonly items: readonly { readonly line: number }[];
  readonly nextCursor: string | null;
}
