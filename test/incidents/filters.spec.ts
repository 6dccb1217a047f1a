import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentFilter, Preview } from '#libs/incidents';
import { TENANT } from '../store/store-kit.js';
import { ADDRESS, CLIENT, IncidentKit, operator, REASON } from './incident-kit.js';

let kit: IncidentKit;
/** Locked by the release, from two networks. */
let near: string;
let far: string;
/** Locked by another client in the same time. */
let others: string;
let before: string;
let after: string;
beforeAll(async () => {
  kit = await IncidentKit.make();
  await kit.lockedCard();
  await kit.pass();
  before = await kit.now();
  near = await kit.lockedCard();
  far = await kit.lockedCard({ sourceAddress: '2001:db8::7' });
  others = await kit.lockedCard({ clientId: 'other-app' });
  await kit.pass();
  after = await kit.now();
  await kit.lockedCard();
});
afterAll(() => kit[Symbol.asyncDispose]());
beforeEach(async () => {
  await kit.owner.query(
    `UPDATE incidents SET state = 'cancelled', ended_at = clock_timestamp() WHERE state = 'previewed'`,
  );
});

const planned = (preview: Preview) => preview.sample.map(({ cardId }) => cardId);
const release = () => ({ triedFrom: before, triedTo: after });

describe('a filter', () => {
  it('by the client that spent the tries finds its cards, of that window alone', async () => {
    const preview = await kit.preview({ ...release(), clientId: CLIENT });
    expect(planned(preview)).toEqual([near, far].toSorted());
    expect(preview.counts.keptOut).toBe(0);
    expect(planned(await kit.preview({ ...release(), clientId: 'other-app' }))).toEqual([others]);
    expect(planned(await kit.preview({ ...release(), clientId: 'no-such-app' }))).toEqual([]);
  });

  it.each<[readonly string[], () => string[]]>([
    [[ADDRESS], () => [near, others]],
    [['192.0.2.0/24'], () => [near, others]],
    [['2001:db8::/32'], () => [far]],
    [['198.51.100.0/24', '2001:db8::7/128'], () => [far]],
    [['198.51.100.0/24'], () => []],
  ])('by source addresses %j', async (sourceAddresses, cards) => {
    const preview = await kit.preview({ ...release(), sourceAddresses });
    expect(planned(preview)).toEqual(cards().toSorted());
  });

  it('by both finds what is of both', async () => {
    const preview = await kit.preview({ ...release(), clientId: CLIENT, sourceAddresses: ['192.0.2.0/24'] });
    expect(planned(preview)).toEqual([near]);
  });

  it('by the time of the lock', async () => {
    const all = { triedFrom: kit.since, clientId: CLIENT };
    const preview = await kit.preview({ ...all, lockedFrom: before, lockedTo: after });
    expect(planned(preview)).toEqual([near, far].toSorted());
    expect((await kit.preview(all)).counts.planned).toBe(4);
  });

  it("finds no other tenant's cards", async () => {
    await kit.owner.query(`INSERT INTO tenants (tenant_id) VALUES ('elsewhere') ON CONFLICT DO NOTHING`);
    const context = { ...operator(), tenantId: 'elsewhere' };
    const filter = { ...release(), clientId: CLIENT };
    const { body } = await kit.opening.execute({ context, filter, reason: REASON });
    const key = { tenantId: 'elsewhere', incidentId: body.incidentId };
    await kit.work.searchUntil(key, () => false);
    const [row] = await kit.owner.query<object[]>(
      'SELECT state, (SELECT count(*)::int FROM incident_cards k WHERE k.incident_id = i.incident_id) AS cards FROM incidents i WHERE incident_id = $1',
      [body.incidentId],
    );
    expect(row).toEqual({ state: 'previewed', cards: 0 });
    await expect(kit.searched(body.incidentId)).rejects.toThrow('INCIDENT_NOT_FOUND');
  });

  it('is judged in small steps with the same result', async () => {
    const { incidentId } = (
      await kit.opening.execute({
        context: operator(),
        filter: { ...release(), clientId: CLIENT },
        reason: REASON,
      })
    ).body;
    // As search-cards.ts calls it, with two locks at a time.
    for (let step = 0; step < 5; step += 1)
      await kit.rig.dataSource.query(
        `SELECT pinward_find_incident_cards($1, $2, $3, $4, $3, $4, $5, NULL, 9, 2)`,
        [TENANT, incidentId, before, after, CLIENT],
      );
    expect(planned(await kit.read(incidentId))).toEqual([near, far].toSorted());
  });
});

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe('a filter that cannot be meant', () => {
  const refused = async (filter: Partial<IncidentFilter>) => {
    const asked = { ...release(), ...filter };
    const fault = await kit.opening
      .execute({ context: operator(), filter: asked, reason: REASON })
      .catch((caught: unknown) => caught);
    return fault as { code: string; members: { errors: { pointer: string }[] } };
  };

  it.each<[Partial<IncidentFilter>, string]>([
    [{}, '/filter'],
    [{ clientId: CLIENT, triedTo: '2020-01-01T00:00:00Z' }, '/filter/triedTo'],
    [{ clientId: CLIENT, triedTo: '2999-01-01T00:00:00Z' }, '/filter/triedTo'],
    [
      { clientId: CLIENT, triedFrom: '2026-01-01T00:00:00Z', triedTo: '2026-01-08T00:00:01Z' },
      '/filter/triedTo',
    ],
    [
      { clientId: CLIENT, lockedFrom: '2026-01-02T00:00:00Z', lockedTo: '2026-01-01T00:00:00Z' },
      '/filter/lockedTo',
    ],
    [{ sourceAddresses: ['192.0.2.0/24', 'nonsense'] }, '/filter/sourceAddresses/1'],
    [{ sourceAddresses: ['192.0.2.1/24'] }, '/filter/sourceAddresses/0'],
    [{ sourceAddresses: ['0.0.0.0/0'] }, '/filter/sourceAddresses/0'],
    [{ sourceAddresses: ['::/1', '8000::/1'] }, '/filter/sourceAddresses/0'],
  ])('is refused: %j', async (filter, pointer) => {
    expect(await refused(filter)).toMatchObject({
      code: 'REQUEST_INVALID',
      members: { errors: [{ pointer }] },
    });
  });

  it('is refused while its window is open, however short that is', async () => {
    const window = { triedFrom: inHours(-1), triedTo: inHours(1) };
    expect(await refused({ clientId: CLIENT, ...window })).toMatchObject({
      code: 'REQUEST_INVALID',
      members: { errors: [{ pointer: '/filter/triedTo', detail: expect.stringMatching(/past/) as string }] },
    });
  });

  it('is refused as well while too many incidents of the tenant wait', async () => {
    const context = operator();
    const filter = { ...release(), clientId: CLIENT };
    const opened = await Promise.allSettled(
      Array.from({ length: 12 }, () =>
        kit.opening.execute({ context: { ...context, claim: operator().claim }, filter, reason: REASON }),
      ),
    );
    const [{ open } = { open: 0 }] = await kit.owner.query<{ open: number }[]>(
      `SELECT count(*)::int AS open FROM incidents WHERE tenant_id = $1 AND state IN ('searching', 'previewed', 'running')`,
      [TENANT],
    );
    expect(open).toBe(10);
    const refusals = opened.filter(({ status }) => status === 'rejected');
    expect(refusals.length).toBeGreaterThan(0);
    expect((refusals[0] as PromiseRejectedResult).reason).toMatchObject({
      code: 'OPERATION_RATE_LIMITED',
      members: { limit: 'tenant-incidents' },
    });
    await kit.owner.query(
      `UPDATE incidents SET state = 'cancelled', ended_at = clock_timestamp() WHERE state = 'searching'`,
    );
  });
});
