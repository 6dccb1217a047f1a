import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectAlarms, readAlarmState } from '#libs/alarms';
import { TENANT } from '../store/store-kit.js';
import { AlarmKit, CLIENT, FIRST_FAILURE, LOCKED } from './alarm-kit.js';

let kit: AlarmKit;
beforeEach(async () => {
  kit = await AlarmKit.make();
});
afterEach(() => kit[Symbol.asyncDispose]());

describe('what is counted', () => {
  it.each([
    ['wrong-pins', 50, {}],
    ['wrong-pins', 50, { action: 'pin.change' }],
    ['locks', 10, { result: 'unreadable', details: LOCKED }],
    ['otp-refusals', 20, { action: 'otp.check', result: 'rejected', details: '{"purpose":"pin-reset"}' }],
    ['unreadable-envelopes', 20, { result: 'unreadable' }],
    [
      'unreadable-envelopes',
      20,
      { action: 'pin.set', result: 'refused', details: '{"refusal":"PIN_ENVELOPE_UNREADABLE"}' },
    ],
    ['replays', 10, { action: 'api.call', result: 'PIN_ENVELOPE_REPLAYED', details: '{"status":409}' }],
  ] as const)('%s above %i in five minutes are an alarm', async (kind, floor, asked) => {
    await kit.lines(floor, asked);
    expect(await kit.count()).toEqual([]);
    await kit.lines(1, asked);
    expect(await kit.count()).toEqual([kind]);
    expect(await kit.open()).toEqual([[kind, CLIENT, floor + 1]]);
  });

  it('cards with a first wrong PIN are counted apart from wrong PINs: a spray', async () => {
    await kit.lines(30, { details: FIRST_FAILURE });
    await kit.lines(30);
    expect(await kit.count()).toEqual(['wrong-pins']);
    await kit.lines(21, { details: FIRST_FAILURE });
    expect(await kit.count()).toEqual(['cards']);
  });

  it('a lock by a wrong PIN is both', async () => {
    await kit.lines(60, { details: LOCKED });
    expect(await kit.count()).toEqual(['locks', 'locks', 'wrong-pins']);
    expect(await kit.open()).toEqual([
      ['locks', CLIENT, 60],
      ['locks', null, 60],
      ['wrong-pins', CLIENT, 60],
    ]);
  });

  it('nothing else is: right PINs, registrations, imports, restorations, what operators and repeated requests do', async () => {
    for (const [action, result] of [
      ['pin.validate', 'matched'],
      ['pin.validate', 'given-back'],
      ['card.register', 'registered'],
      ['card-import.end', 'done'],
      ['pin.restore', 'restored'],
      ['pin.unlock', 'unlocked'],
      ['incident.end', 'done'],
      ['otp.issue', 'issued'],
      ['api.call', 'PIN_ENVELOPE_UNREADABLE'],
      ['api.call', 'PIN_LOCKED'],
    ] as const)
      await kit.lines(500, { action, result, clientId: 'console', details: LOCKED });
    expect(await kit.count()).toEqual([]);
    expect(await kit.owner.query('SELECT kind FROM alarm_series')).toEqual([]);
  });

  it('locks that the sweeper closed are the tenant’s, and no client’s', async () => {
    await kit.lines(21, { result: 'abandoned', clientId: 'pinward', details: LOCKED });
    expect(await kit.count()).toEqual(['locks']);
    expect(await kit.open()).toEqual([['locks', null, 21]]);
  });

  it('what many clients do together is an alarm of their tenant, and of no other', async () => {
    for (const clientId of ['a', 'b', 'c']) await kit.lines(40, { clientId });
    await kit.lines(40, { tenantId: 'other' });
    expect(await kit.count()).toEqual(['wrong-pins']);
    expect(await kit.open()).toEqual([['wrong-pins', null, 120]]);
    expect(await kit.open('other')).toEqual([]);
  });

  it('what is spread over an hour is found by the hour', async () => {
    for (const at of [0, 5, 10, 15]) await kit.lines(50, { at });
    expect(await kit.count()).toEqual([]);
    await kit.lines(1, { at: 20 });
    expect(await kit.count()).toEqual(['wrong-pins']);
    const [alarm] = await kit.alarms();
    expect(alarm).toMatchObject({ kind: 'wrong-pins', clientId: CLIENT, windowSeconds: 3_600, limit: 200 });
  });
});

describe('an alarm', () => {
  it('is raised once while it lasts, renewed, and ends after a calm window; each is told once', async () => {
    await kit.lines(51);
    expect(await kit.count()).toEqual(['wrong-pins']);
    await kit.lines(20);
    expect(await kit.count()).toEqual([]);
    expect(await kit.open()).toEqual([['wrong-pins', CLIENT, 71]]);
    await kit.lines(1, { at: 5 });
    await kit.count();
    expect(await kit.open()).toHaveLength(1);
    await kit.lines(1, { at: 10 });
    await kit.count();
    expect(await kit.open()).toEqual([]);
    const [alarm] = await kit.alarms();
    expect(alarm).toMatchObject({ count: 71, usual: 0, limit: 50, windowSeconds: 300 });
    expect(alarm?.endedAt).toBeInstanceOf(Date);
    const lines = await kit.told('alarm.%');
    expect(lines.map(({ action, clientId }) => [action, clientId])).toEqual([
      ['alarm.raise', 'pinward'],
      ['alarm.end', 'pinward'],
    ]);
    expect(JSON.parse(lines[0]?.details ?? '')).toMatchObject({
      alarmId: alarm?.alarmId,
      client: CLIENT,
      kind: 'wrong-pins',
      count: 51,
      limit: 50,
    });
    const told = await kit.events();
    expect(told.map(({ data }) => [data['state'], data['clientId'], data['count'], data['by']])).toEqual([
      ['raised', CLIENT, 51, 'alarms'],
      ['ended', CLIENT, 71, 'alarms'],
    ]);
  });

  it('of a whole hour lasts until an hour was calm; then the next one is another alarm', async () => {
    await kit.lines(300);
    await kit.count();
    await kit.lines(1, { at: 15 });
    await kit.lines(1, { at: 65 });
    await kit.count();
    expect(await kit.open()).toEqual([['wrong-pins', CLIENT, 300]]);
    await kit.lines(1, { at: 125 });
    await kit.count();
    expect(await kit.open()).toEqual([]);
    await kit.lines(300, { at: 125 });
    expect(await kit.count()).toEqual(['wrong-pins', 'wrong-pins']);
    expect(await kit.alarms()).toHaveLength(4);
  });

  it('ends by the clock where nothing happens any more', async () => {
    await kit.lines(300);
    await kit.count();
    await kit.passHours(2);
    await kit.count();
    // The hour before this one was not calm.
    expect(await kit.open()).toEqual([['wrong-pins', CLIENT, 300]]);
    await kit.passHours(2);
    await kit.count();
    expect(await kit.open()).toEqual([]);
  });

  it('takes lines that come late for those of the window of now', async () => {
    await kit.lines(30, { at: 20 });
    await kit.count();
    await kit.lines(21, { at: 3 });
    expect(await kit.count()).toEqual(['wrong-pins']);
  });

  it('is judged by what is usual for the client', async () => {
    await kit.lines(1);
    await kit.count();
    await kit.owner.query('UPDATE alarm_series SET usual = 100');
    await kit.lines(449);
    expect(await kit.count()).toEqual([]);
    await kit.lines(1);
    expect(await kit.count()).toEqual(['wrong-pins']);
    const [alarm] = await kit.alarms();
    expect(alarm).toMatchObject({ usual: 100, limit: 450, count: 451 });
  });

  it('follows the floor of the policy', async () => {
    await kit.policy({ alarmFloor: 5 });
    await kit.lines(6);
    expect(await kit.count()).toEqual(['wrong-pins']);
  });
});

describe('the past before the first start', () => {
  it('teaches as it was, and raises nothing', async () => {
    await using fresh = await AlarmKit.make({ isBegun: false });
    await fresh.lines(28_800, { ago: '3 hours' });
    await fresh.lines(480, { tenantId: 'other', ago: '1 second' });
    expect(await fresh.count()).toEqual([]);
    const series = await fresh.owner.query(
      `SELECT tenant_id, client_id, window_seconds, count, round(usual) AS usual FROM alarm_series ORDER BY 1, 2, 3`,
    );
    const of = (tenant: string, client: string, window: number, usual: number) => {
      return { tenant_id: tenant, client_id: client, window_seconds: window, count: '0', usual };
    };
    expect(series).toEqual([
      ...[of(TENANT, '', 300, 100), of(TENANT, '', 3_600, 1_200)],
      ...[of(TENANT, CLIENT, 300, 100), of(TENANT, CLIENT, 3_600, 1_200)],
      ...[of('other', '', 300, 2), of('other', '', 3_600, 20)],
      ...[of('other', CLIENT, 300, 2), of('other', CLIENT, 3_600, 20)],
    ]);
    // It fades a little until the hour of the test.
    await fresh.lines(430);
    expect(await fresh.count()).toEqual([]);
    await fresh.lines(21);
    expect(await fresh.count()).toEqual(['wrong-pins']);
  });
});

describe('the lag', () => {
  const lag = async () => (await readAlarmState(kit.owner.manager)).lagSeconds;

  it('is near nothing when all is counted, and grows while nobody counts, though nothing happens', async () => {
    await kit.count();
    expect(await lag()).toBeLessThan(30);
    await kit.owner.query("UPDATE alarm_detection SET counted_to = counted_to - interval '10 minutes'");
    expect(await lag()).toBeGreaterThanOrEqual(600);
    await kit.detection.step();
    expect(await lag()).toBeLessThan(30);
  });

  it('is the age of the oldest line that is not sealed, or sealed and not counted', async () => {
    await kit.lines(1, { ago: '20 minutes' });
    await kit.detection.step();
    expect(await lag()).toBeGreaterThanOrEqual(1_200);
    await kit.count();
    expect(await lag()).toBeLessThan(30);
  });

  it('grows while another process holds the row and does not go on', async () => {
    const runner = kit.rig.owner.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT FROM alarm_detection FOR UPDATE');
    expect(await new DetectAlarms(kit.rig.dataSource).step()).toBeNull();
    await runner.rollbackTransaction();
    await runner.release();
    expect(await kit.detection.step()).toEqual({ more: false, raised: [] });
  });
});
