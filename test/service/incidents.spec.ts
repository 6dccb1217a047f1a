import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSignedText, parseVerifierKey, verifyCards } from '#libs/audit';
import { reportLine, type IncidentCard } from '#libs/incidents';
import { insertLockedCards } from '../incidents/locked-cards.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const CARDS = 5_000;
const REASON = 'Release 7.3 sent PINs of the wrong card';
const UUIDS = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const DEADLINE_MS = 120_000;
const ENVIRONMENT = { ...FEW_WEAK_PINS, APPROVALS: '2' };

interface IncidentBody {
  readonly incidentId: string;
  readonly state: string;
  readonly counts: {
    readonly planned: number;
    readonly restored: number;
    readonly keptOut: number;
    readonly failuresTakenBack: number;
    readonly causes: Readonly<Record<string, number>>;
  };
  readonly sample: readonly { readonly maskedPan?: string }[];
}

let kit: ServiceKit;
let owner: DataSource;
/** The one that answers: after a kill another. */
let service: ServiceProcess;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open(ENVIRONMENT);
  service = kit.service;
  owner = await kit.openOwner();
  const scopes = ['ops:read', 'ops:unlock', 'ops:incidents'];
  ada = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Grace Hopper' });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

const post = async (path: string, body: unknown = {}, token = ada) =>
  await service.request('POST', path, { token, body, headers: { 'x-request-id': randomUUID() } });
const get = async (path: string, token = ada) => await service.request('GET', path, { token });
const read = async (incidentId: string) =>
  (await get(`/v1/admin/incidents/${incidentId}`)).body as IncidentBody;
const codeOf = ({ status, body }: ServiceResponse) => [status, (body as { code?: string }).code];
const now = async () => {
  const [row] = await owner.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
  return row?.now.toISOString() ?? '';
};

async function until<T>(what: string, look: () => Promise<T>, isSo: (found: T) => boolean): Promise<T> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > end) throw new Error(`not in time: ${what}: ${JSON.stringify(found)}`);
    await delay(50);
  }
}

/** So that the history of each card is whole. */
async function sealed(): Promise<void> {
  const open = async () => {
    const [row] = await owner.query<{ open: boolean }[]>(
      'SELECT (SELECT tree_size FROM audit_sealing) < (SELECT count(*) FROM audit_events WHERE card_id IS NOT NULL) AS open',
    );
    return row?.open ?? true;
  };
  await until('the trail is sealed', open, (isOpen) => !isOpen);
  await until(
    'the newest line is sealed',
    async () =>
      await owner.query<object[]>(
        `SELECT FROM (SELECT * FROM audit_events WHERE event_no IS NOT NULL ORDER BY audit_id DESC LIMIT 1) e
          WHERE EXISTS (SELECT FROM audit_leaves l WHERE l.audit_id = e.audit_id)`,
      ),
    (rows) => rows.length === 1,
  );
}

async function preview(triedFrom: string, more: object = {}): Promise<IncidentBody> {
  await sealed();
  const filter = { triedFrom, triedTo: await now(), clientId: 'card-app', ...more };
  const opened = await post('/v1/admin/incidents', { filter, reason: REASON });
  expect(opened.status).toBe(201);
  const { incidentId } = opened.body as IncidentBody;
  return await until(
    'the preview',
    () => read(incidentId),
    ({ state }) => state !== 'searching',
  );
}

async function lock(card: KnownCard): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) await kit.validate(card, randomPin());
}

/** The whole way of two persons. */
async function approved(path: string, body: object = {}): Promise<ServiceResponse> {
  const { approvalId } = (await post(path, body)).body as { approvalId: string };
  return await post(`/v1/admin/approvals/${approvalId}/approve`, {}, grace);
}

describe('five thousand cards that a release has locked', () => {
  let incident: IncidentBody;
  let series: string;
  const real: KnownCard[] = [];

  it('are previewed with a count, a masked sample and what is kept out', async () => {
    const from = await now();
    series = await insertLockedCards(owner, CARDS);
    for (let card = 0; card < 4; card += 1) {
      real.push(await kit.cardWithPin(randomPin()));
    }
    for (const card of real) await lock(card);
    // One of them is unlocked by two persons before.
    const [early] = real;
    await approved(`/v1/admin/cards/${early?.cardId}/unlock`, { reason: REASON });
    incident = await preview(from);
    expect(incident).toMatchObject({
      state: 'previewed',
      counts: { planned: CARDS + 3, restored: 0, keptOut: 1, causes: { 'already-unlocked': 1 } },
    });
    expect(incident.sample).toHaveLength(10);
    // Ids are random, so the last part of one may be twelve digits; the number of the series in a reference ends in a hyphen.
    expect(JSON.stringify(incident.sample).replaceAll(UUIDS, '')).not.toMatch(/\d{12}(?!\d*-)/);
    expect(incident.sample.every(({ maskedPan = 'XXXX0000' }) => /^XXXX\d{4}$/.test(maskedPan))).toBe(true);
  });

  it('take two persons: the second sees the whole request, the first cannot approve', async () => {
    const asked = await post(`/v1/admin/incidents/${incident.incidentId}/restore`);
    expect(asked.status).toBe(202);
    const { approvalId } = asked.body as { approvalId: string };
    const shown = (await get(`/v1/admin/approvals/${approvalId}`, grace)).body;
    expect(shown).toMatchObject({
      kind: 'incident-restore',
      status: 'pending',
      reason: REASON,
      requestedBy: 'Ada Lovelace',
      request: {
        incidentId: incident.incidentId,
        filter: { clientId: 'card-app' },
        counts: { planned: CARDS + 3, keptOut: 1, causes: { 'already-unlocked': 1 } },
        sample: incident.sample,
      },
    });
    expect(await read(incident.incidentId)).toMatchObject({ state: 'previewed', counts: { restored: 0 } });
    const approve = (token: string) => post(`/v1/admin/approvals/${approvalId}/approve`, {}, token);
    expect(codeOf(await approve(ada))).toEqual([403, 'SAME_OPERATOR']);
    const unlocker = await kit.identity.tokenFor({
      scopes: ['ops:unlock'],
      clientId: 'console',
      subject: 'Eve',
    });
    expect(codeOf(await approve(unlocker))).toEqual([403, 'SCOPE_MISSING']);
    expect(await read(incident.incidentId)).toMatchObject({ state: 'previewed', counts: { restored: 0 } });
    expect(await approve(grace)).toMatchObject({ status: 200, body: { status: 'approved' } });
    expect(codeOf(await post(`/v1/admin/incidents/${incident.incidentId}/restore`))).toEqual([
      409,
      'INCIDENT_CLOSED',
    ]);
  });

  it('are restored though the service is killed in the midst, beside validates and single unlocks', async () => {
    const { incidentId } = incident;
    const [, late] = real;
    if (late === undefined) throw new Error('there are four');
    const racing = Promise.allSettled([
      approved(`/v1/admin/cards/${late.cardId}/unlock`, { reason: REASON }),
      ...real.slice(2).flatMap((card) => [1, 2, 3, 4].map(() => kit.validate(card, randomPin()))),
    ]);
    await until(
      'some are restored',
      () => read(incidentId),
      ({ counts }) => counts.restored > 300,
    );
    await racing;
    await service.kill('SIGKILL');
    const [half] = await owner.query<{ planned: number; restored: number }[]>(
      `SELECT count(*) FILTER (WHERE outcome = 'planned')::int AS planned,
              count(*) FILTER (WHERE outcome = 'restored')::int AS restored
         FROM incident_cards WHERE incident_id = $1`,
      [incidentId],
    );
    expect(half?.planned).toBeGreaterThan(0);
    expect(half?.restored).toBeGreaterThan(300);

    const { identity, token, database } = kit;
    service = await ServiceProcess.start({
      identity,
      databaseUrl: database.serviceUrl,
      token,
      environment: ENVIRONMENT,
    });
    const done = await until(
      'the end',
      () => read(incidentId),
      ({ state }) => state === 'done',
    );
    expect(done.counts.planned).toBe(0);
    expect(done.counts.restored + done.counts.keptOut).toBe(CARDS + 4);
    expect(done.counts.keptOut).toBeLessThanOrEqual(2);
    expect(done.counts.failuresTakenBack).toBe(3 * done.counts.restored);
  }, 180_000);

  it('have one line and one event each, as of an unlock, and the whole has its own', async () => {
    const [row] = await owner.query<object[]>(
      `SELECT (SELECT count(*)::int FROM cards WHERE card_ref LIKE $1 AND pin_status = 'active' AND tries_spent = 0
                                                 AND failures_without_success = 0) AS restored,
              (SELECT count(*)::int FROM audit_events e JOIN cards c USING (tenant_id, card_id)
                WHERE c.card_ref LIKE $1 AND e.action = 'pin.restore') AS lines,
              (SELECT count(*)::int FROM outbox_events o JOIN cards c USING (tenant_id, card_id)
                WHERE c.card_ref LIKE $1 AND o.type = 'pin.unlocked') AS events,
              (SELECT count(*)::int FROM audit_events WHERE action = 'incident.start') AS started,
              (SELECT count(*)::int FROM audit_events WHERE action = 'incident.end') AS ended`,
      [`${series}%`],
    );
    expect(row).toEqual({ restored: CARDS, lines: CARDS, events: CARDS, started: 1, ended: 1 });
    const { findings } = await verifyCards(owner);
    // The cards of the fixture have PIN verifiers that no host attested.
    expect(findings.filter(({ kind }) => !kind.startsWith('verifier-'))).toEqual([]);
  });

  it('can be read page by page', async () => {
    const cards = await allCards(incident.incidentId, 'restored');
    expect(cards.length).toBeGreaterThanOrEqual(CARDS);
    const [kept] = await allCards(incident.incidentId, 'kept-out');
    expect(kept).toMatchObject({ outcome: 'kept-out', cause: 'already-unlocked', failuresTakenBack: 0 });
    expect(codeOf(await get(`/v1/admin/incidents/${incident.incidentId}/cards?cursor=x`))).toEqual([
      400,
      'REQUEST_INVALID',
    ]);
  });

  it('are proven by a report that the HSM has signed', async () => {
    const answer = await get(`/v1/admin/incidents/${incident.incidentId}/report`);
    const { report, verifierKeys } = answer.body as { report: string; verifierKeys: string[] };
    const keys = verifierKeys.map(parseVerifierKey);
    const [title, ...rest] = openSignedText(report, keys, 'the report').split('\n');
    expect(title).toBe('pinward incident report v1');
    const told = JSON.parse(rest.join('\n')) as { cards: { count: number; sha256: string } };
    expect(told).toMatchObject({
      incidentId: incident.incidentId,
      state: 'done',
      reason: REASON,
      requestedBy: 'Ada Lovelace',
      approvedBy: 'Grace Hopper',
      cards: { count: CARDS + 4 },
    });
    const lines = (await allCards(incident.incidentId)).map((card) => reportLine(card));
    expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(told.cards.sha256);
    for (const forged of [
      report.replace('Grace Hopper', 'Ada Lovelace'),
      report.replace(told.cards.sha256, '0'.repeat(64)),
      report.replace(/^.*\n/, 'pinward key ceremony v1\n'),
    ])
      expect(() => openSignedText(forged, keys, 'the report')).toThrow('a signature that is not its own');
  });
});

async function allCards(incidentId: string, outcome?: string): Promise<IncidentCard[]> {
  const cards: IncidentCard[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = new URLSearchParams({
      limit: '200',
      ...(outcome === undefined ? {} : { outcome }),
      ...(cursor === '' ? {} : { cursor }),
    });
    const { body } = await get(`/v1/admin/incidents/${incidentId}/cards?${query.toString()}`);
    const page = body as { items: IncidentCard[]; nextCursor: string | null };
    cards.push(...page.items.map((card) => ({ ...card, cause: card.cause ?? null })));
    cursor = page.nextCursor;
  }
  return cards;
}

describe('an incident', () => {
  it('is of its tenant: another sees neither it, nor its cards, nor its report', async () => {
    const from = await now();
    const { incidentId } = await preview(from);
    const foreign = await kit.identity.tokenFor({
      scopes: ['ops:read', 'ops:incidents'],
      tenantId: 'other',
      subject: 'Mallory',
    });
    for (const path of ['', '/cards', '/report'])
      expect(codeOf(await get(`/v1/admin/incidents/${incidentId}${path}`, foreign))).toEqual([
        404,
        'INCIDENT_NOT_FOUND',
      ]);
    for (const path of ['restore', 'cancel'])
      expect(
        codeOf(
          await post(
            `/v1/admin/incidents/${incidentId}/${path}`,
            path === 'cancel' ? { reason: REASON } : {},
            foreign,
          ),
        ),
      ).toEqual([404, 'INCIDENT_NOT_FOUND']);
    const { body } = await get('/v1/admin/incidents', foreign);
    expect(body).toEqual({ items: [], nextCursor: null });
    for (const id of ['nonsense', randomUUID()])
      expect(codeOf(await get(`/v1/admin/incidents/${id}`))).toEqual([404, 'INCIDENT_NOT_FOUND']);
  });

  it('without cards, or that was cancelled, restores nothing; a report comes after the end', async () => {
    const { incidentId, counts } = await preview(await now());
    expect(counts.planned).toBe(0);
    const path = `/v1/admin/incidents/${incidentId}`;
    expect(codeOf(await post(`${path}/restore`))).toEqual([409, 'INCIDENT_CLOSED']);
    expect(codeOf(await get(`${path}/report`))).toEqual([409, 'INCIDENT_NOT_READY']);
    expect(await post(`${path}/cancel`, { reason: 'The window was wrong' })).toMatchObject({
      status: 200,
      body: { state: 'cancelled', endedBy: 'Ada Lovelace', endReason: 'The window was wrong' },
    });
    expect(codeOf(await post(`${path}/cancel`, { reason: 'Once more' }))).toEqual([409, 'INCIDENT_CLOSED']);
    expect((await get(`${path}/report`)).status).toBe(200);
    const { body } = await get('/v1/admin/incidents?state=cancelled');
    expect(JSON.stringify(body)).toContain(incidentId);
  });

  it('is opened once for a repeated request, and refused for a filter that takes in every guess', async () => {
    const requestId = randomUUID();
    const filter = { triedFrom: await now(), triedTo: await now(), clientId: 'card-app' };
    const later = { ...filter, triedFrom: new Date(Date.now() - 60_000).toISOString() };
    const send = () =>
      service.request('POST', '/v1/admin/incidents', {
        token: ada,
        body: { filter: later, reason: REASON },
        headers: { 'x-request-id': requestId },
      });
    const first = await send();
    const again = await send();
    expect(again).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    expect((again.body as IncidentBody).incidentId).toBe((first.body as IncidentBody).incidentId);
    const { clientId: _, ...byTime } = later;
    expect(await post('/v1/admin/incidents', { filter: byTime, reason: REASON })).toMatchObject({
      status: 400,
      body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/filter' }] },
    });
  });

  it('that is cancelled while it runs leaves the rest locked', async () => {
    const from = await now();
    const series = await insertLockedCards(owner, 600);
    const { incidentId } = await preview(from);
    await approved(`/v1/admin/incidents/${incidentId}/restore`);
    await until(
      'some are restored',
      () => read(incidentId),
      ({ counts }) => counts.restored > 0,
    );
    const cancelled = await post(`/v1/admin/incidents/${incidentId}/cancel`, { reason: 'Another cause' });
    const { counts } = cancelled.body as IncidentBody;
    expect(counts.planned).toBeGreaterThan(0);
    const [row] = await owner.query<object[]>(
      `SELECT count(*)::int AS locked FROM cards WHERE card_ref LIKE $1 AND pin_status = 'locked'`,
      [`${series}%`],
    );
    expect(row).toEqual({ locked: counts.planned });
  });
});
