import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectAlarms, forgetActivity, readActivity, type ActivityKind } from '#libs/alarms';
import { TENANT } from '../store/store-kit.js';
import { AlarmKit, FIRST_FAILURE, LOCKED, type LinesAsked } from './alarm-kit.js';

let kit: AlarmKit;
beforeEach(async () => {
  kit = await AlarmKit.make();
});
afterEach(() => kit[Symbol.asyncDispose]());

const HOUR_MS = 3_600_000;
const NOTHING: Readonly<Record<ActivityKind, number>> = {
  validations: 0,
  'wrong-pins': 0,
  locks: 0,
  unlocks: 0,
  'otp-issued': 0,
  'otp-refusals': 0,
  'refused-calls': 0,
};

const read = async (hours = 24, tenantId = TENANT, of = kit) =>
  await readActivity(of.rig.dataSource.manager, tenantId, hours);

/** Of all hours that were counted: a test may begin in one and end in the next. */
async function sums(tenantId = TENANT): Promise<Record<string, number>> {
  const { hours } = await read(168, tenantId);
  const all: Record<string, number> = {};
  for (const { counts } of hours)
    for (const [kind, count] of Object.entries(counts ?? {})) all[kind] = (all[kind] ?? 0) + count;
  return all;
}
const now = (asked: LinesAsked): LinesAsked => ({ ago: '0 seconds', ...asked });
const REFUSED = '{"from":"2026-11-30T08:00:00.000Z","to":"2026-11-30T08:00:59.000Z","count":41}';

describe('what is counted', () => {
  it('is each kind of line, and no other', async () => {
    for (const [count, asked] of [
      [5, { result: 'matched' }],
      [3, { details: FIRST_FAILURE }],
      [2, { details: LOCKED }],
      [4, { action: 'pin.change', details: FIRST_FAILURE }],
      [1, { action: 'pin.set', result: 'unreadable', details: LOCKED }],
      [1, { result: 'abandoned', clientId: 'pinward', details: LOCKED }],
      [6, { action: 'pin.unlock', result: 'unlocked' }],
      [7, { action: 'pin.restore', result: 'restored' }],
      [8, { action: 'otp.issue', result: 'issued' }],
      [9, { action: 'otp.check', result: 'rejected' }],
      [10, { action: 'otp.check', result: 'accepted' }],
      [1, { action: 'api.refused', result: 'RATE_LIMITED', details: REFUSED }],
      [2, { action: 'api.call', result: 'PIN_LOCKED', details: '{"status":423}' }],
      [3, { action: 'token.refuse', result: 'CLIENT_AUTHENTICATION_FAILED', details: '{}' }],
      [50, { action: 'api.call', result: '200', details: '{"status":200}' }],
      [50, { action: 'api.open', result: '200', details: REFUSED }],
      [50, { result: 'given-back' }],
      [50, { action: 'pin.unlock-requested', result: 'pending' }],
      [50, { action: 'card.register', result: 'registered' }],
    ] as const)
      await kit.lines(count, now(asked));
    await kit.count();
    expect(await sums()).toEqual({
      validations: 10,
      'wrong-pins': 9,
      locks: 4,
      unlocks: 13,
      'otp-issued': 8,
      'otp-refusals': 9,
      'refused-calls': 46,
    });
  });

  it('is told by the hour of UTC in which it happened', async () => {
    // As if the counting had begun long ago.
    await kit.owner.query(
      "UPDATE alarm_detection SET activity_from = date_bin('1 hour', now() - interval '5 hours', 'epoch')",
    );
    await kit.lines(2, { at: -5 * 60 + 7 });
    await kit.lines(3, { at: -5 * 60 + 59 });
    await kit.lines(4, { at: -4 * 60 });
    await kit.count();
    const { hours, countedTo } = await read();
    expect(hours).toHaveLength(24);
    const counted = hours.filter(({ counts }) => counts !== null);
    expect(counted.map(({ counts }) => counts?.['wrong-pins']).join()).toMatch(/^(0,)?5,4,0,0,0(,0)?$/);
    for (const { hour } of hours) expect(hour.getTime() % HOUR_MS).toBe(0);
    expect(hours.at(-1)?.hour.getTime()).toBe(Math.floor(Number(countedTo) / HOUR_MS) * HOUR_MS);
    expect(counted.at(-1)?.counts).toEqual(NOTHING);
  });

  it('is the tenant’s own, and what belongs to no tenant is nobody’s', async () => {
    await kit.lines(3, now({}));
    await kit.lines(4, now({ tenantId: 'other' }));
    await kit.lines(5, now({ tenantId: '*', action: 'api.refused', details: REFUSED }));
    await kit.count();
    expect([await sums(), await sums('other')]).toMatchObject([{ 'wrong-pins': 3 }, { 'wrong-pins': 4 }]);
    expect(await sums('third')).toEqual(NOTHING);
    expect(await kit.owner.query("SELECT FROM activity_hours WHERE tenant_id = '*'")).toEqual([]);
  });
});

describe('what is not known', () => {
  const unknown = async (hours: number) => (await read(hours)).hours.map(({ counts }) => counts === null);

  it('is never zero: hours before the counting, and those that are not counted yet', async () => {
    await kit.count();
    expect((await unknown(6)).slice(0, 4)).toEqual([true, true, true, true]);
    await kit.owner.query(
      `UPDATE alarm_detection SET activity_from = date_bin('1 hour', now() - interval '4 hours', 'epoch'),
         counted_to = date_bin('1 hour', now() - interval '2 hours', 'epoch') + interval '1 minute'`,
    );
    expect(await unknown(6)).toEqual([true, false, false, false, true, true]);
  });

  it('is all of it before anything was counted', async () => {
    await using fresh = await AlarmKit.make({ isBegun: false });
    const { countedFrom, countedTo, hours } = await read(3, TENANT, fresh);
    expect([countedFrom, countedTo]).toEqual([null, null]);
    expect(hours.map(({ counts }) => counts)).toEqual([null, null, null]);
  });

  it('lasts as long as a line is sealed and not counted', async () => {
    await kit.lines(1, { ago: '3 hours' });
    await kit.seal();
    const { countedTo } = await read();
    expect(Date.now() - Number(countedTo)).toBeGreaterThan(2 * HOUR_MS);
  });
});

describe('a trail that was there before', () => {
  /** As the sealer signs one. */
  const headAt = async (ago: string): Promise<void> =>
    void (await kit.owner.query(
      `INSERT INTO audit_heads (tree_size, root_hash, note, signed_at)
       SELECT tree_size, decode(repeat('00', 32), 'hex'), 'note', now() - $1::interval FROM audit_sealing`,
      [ago],
    ));

  it('is counted from the hour after its head of a day ago on', async () => {
    await kit.lines(3, { ago: '30 hours' });
    await kit.seal();
    await headAt('26 hours');
    await kit.lines(1, { ago: '25 hours 59 minutes' });
    await kit.lines(5, { ago: '20 hours' });
    await kit.seal();
    await headAt('10 hours');
    await kit.owner.query('UPDATE alarm_detection SET activity_next_leaf = NULL, activity_from = NULL');
    await kit.count();
    const { countedFrom, hours } = await read(40);
    const age = Date.now() - Number(countedFrom);
    expect([age > 24 * HOUR_MS, age < 26 * HOUR_MS]).toEqual([true, true]);
    expect(hours.findIndex(({ counts }) => counts !== null)).toBeGreaterThanOrEqual(14);
    const twenty = hours.filter(({ counts }) => (counts?.['wrong-pins'] ?? 0) >= 5);
    expect(twenty).toHaveLength(1);
  });

  it('goes on where it stood, where a replica of the version before has looked for alarms alone', async () => {
    await kit.count();
    await kit.lines(7, now({}));
    await kit.seal();
    await kit.owner.query('UPDATE alarm_detection SET next_leaf = (SELECT tree_size FROM audit_sealing)');
    await kit.lines(2, now({}));
    await kit.count();
    expect(await sums()).toMatchObject({ 'wrong-pins': 9 });
  });

  it('is counted anew when it was cut', async () => {
    await kit.lines(7, now({}));
    await kit.count();
    await kit.owner.query('UPDATE alarm_detection SET activity_next_leaf = activity_next_leaf + 100');
    await kit.count();
    expect(await sums()).toMatchObject({ 'wrong-pins': 7 });
  });

  it('with very many lines is counted in steps, each to its end', async () => {
    await kit.lines(5_000, now({}));
    await kit.seal();
    await kit.owner.query('UPDATE alarm_detection SET next_leaf = (SELECT tree_size FROM audit_sealing)');
    const steps = [await kit.detection.step(), await kit.detection.step(), await kit.detection.step()];
    expect(steps.map((step) => step?.more)).toEqual([true, true, false]);
    expect(await sums()).toMatchObject({ 'wrong-pins': 5_000 });
  });
});

describe('replicas', () => {
  it('that count at the same time count each line once', async () => {
    const other = new DetectAlarms(kit.rig.dataSource);
    for (let round = 1; round <= 5; round += 1) {
      await kit.lines(20, now({}));
      await kit.seal();
      await Promise.all([kit.detection.step(), other.step(), kit.detection.step(), other.step()]);
      expect(await sums()).toMatchObject({ 'wrong-pins': 20 * round });
    }
  });

  it('that are killed in the middle count nothing twice, and forget nothing', async () => {
    await kit.lines(60, now({}));
    await kit.seal();
    await kit.owner.query(
      `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`,
    );
    for (const moment of [
      'AFTER INSERT ON activity_hours',
      'AFTER UPDATE OF activity_next_leaf ON alarm_detection',
    ]) {
      await kit.owner.query(`CREATE TRIGGER dies ${moment} FOR EACH ROW EXECUTE FUNCTION die()`);
      await expect(kit.detection.step()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await kit.owner.query(`DROP TRIGGER dies ON ${moment.split(' ').at(-1)}`);
      expect(await kit.owner.query('SELECT FROM activity_hours')).toEqual([]);
    }
    await kit.count();
    await kit.count();
    expect(await sums()).toMatchObject({ 'wrong-pins': 60 });
  });
});

it('hours are kept for 31 days, and forgotten in steps', async () => {
  await kit.owner.query(
    `INSERT INTO activity_hours
     SELECT 'tenant-' || number, date_bin('1 hour', now() - days * interval '1 day', 'epoch'), 'locks', 1
       FROM generate_series(1, 5200) AS number, unnest(ARRAY[30, 32]) AS days`,
  );
  await forgetActivity(kit.rig.dataSource);
  expect(
    await kit.owner.query(
      `SELECT count(*)::int AS kept, min(hour) > now() - interval '31 days' AS young FROM activity_hours`,
    ),
  ).toEqual([{ kept: 5_200, young: true }]);
});
