import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DetectAlarms, PauseClients } from '#libs/alarms';
import { Brakes } from '#libs/brakes';
import { findBrake, type StoppableOperation } from '#libs/requests';
import { operator } from '../incidents/incident-kit.js';
import { TENANT } from '../store/store-kit.js';
import { AlarmKit, CLIENT, LOCKED } from './alarm-kit.js';

let kit: AlarmKit;
beforeEach(async () => {
  kit = await AlarmKit.make();
});
afterEach(() => kit[Symbol.asyncDispose]());

const pauseAll = async (pauses: PauseClients = kit.pauses) => {
  let paused = 0;
  while (await pauses.step()) paused += 1;
  return paused;
};
const release = async () => {
  const [brake] = await kit.brakes();
  if (brake === undefined) throw new Error('nothing is paused');
  await new Brakes(kit.rig.dataSource).release(operator(), {
    brakeId: brake.brakeId,
    reason: 'it was looked into',
  });
};

describe('a pause', () => {
  it('is pulled by no alarm while the policy does not say so', async () => {
    await kit.lines(200);
    await kit.count();
    expect(await pauseAll()).toBe(0);
    expect(await kit.brakes()).toEqual([]);
  });

  it('is a brake on the client’s PIN calls, with the alarm as its reason; once for all alarms of the client', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60, { details: LOCKED });
    await kit.count();
    expect(await pauseAll()).toBe(2);
    const [brake, ...more] = await kit.brakes();
    expect(more).toEqual([]);
    expect(brake).toMatchObject({ kind: 'client-pins', target: CLIENT });
    expect(brake?.reason).toMatch(/^alarm: 60 (locks|wrong-pins) in 5 minutes, usually 0$/);
    const alarms = await kit.alarms();
    expect(alarms.map(({ clientId, brakeId }) => [clientId, brakeId]).toSorted()).toEqual(
      [
        [CLIENT, brake?.brakeId],
        [CLIENT, brake?.brakeId],
        [null, null],
      ].toSorted(),
    );
    const [line, ...others] = await kit.told('brake.%');
    expect(others).toEqual([]);
    expect(line).toMatchObject({ action: 'brake.pull', clientId: 'pinward' });
  });

  it('stops what a client guesses with, of this client and tenant alone', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60);
    await kit.count();
    await pauseAll();
    const of = async (operation: StoppableOperation | null, clientId = CLIENT, tenantId = TENANT) =>
      await findBrake(kit.rig.dataSource.manager, { tenantId, clientId, operation, cardId: null });
    for (const operation of ['pin.set', 'pin.validate', 'pin.change', 'pin.reset', 'card.reveal'] as const)
      expect([operation, await of(operation)]).toEqual([operation, 'client-pins']);
    for (const operation of ['card.register', 'otp.issue', 'pin.unlock', null] as const)
      expect([operation, await of(operation)]).toEqual([operation, null]);
    expect(await of('pin.validate', 'another-app')).toBeNull();
    expect(await of('pin.validate', CLIENT, 'other')).toBeNull();
  });

  it('that was released is not pulled again by the alarm that is still open, but by the next one', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60);
    await kit.count();
    expect(await pauseAll()).toBe(1);
    await release();
    await kit.lines(60);
    await kit.count();
    expect(await pauseAll()).toBe(0);
    expect(await kit.brakes()).toEqual([]);
    await kit.lines(1, { at: 10 });
    await kit.lines(1, { at: 125 });
    await kit.count();
    expect(await kit.open()).toEqual([]);
    await kit.lines(60, { at: 125 });
    await kit.count();
    expect(await pauseAll()).toBe(1);
    expect(await kit.brakes()).toHaveLength(1);
  });

  it('comes to an open alarm when the policy begins to say so', async () => {
    await kit.lines(60);
    await kit.count();
    expect(await pauseAll()).toBe(0);
    await kit.policy({ alarmPause: true });
    expect(await pauseAll()).toBe(1);
  });

  it('is not pulled for what was over long ago, nor for an alarm that has ended', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60);
    await kit.count();
    await kit.owner.query("UPDATE alarms SET last_over_at = clock_timestamp() - interval '16 minutes'");
    expect(await pauseAll()).toBe(0);
    await kit.owner.query('UPDATE alarms SET last_over_at = clock_timestamp(), ended_at = clock_timestamp()');
    expect(await pauseAll()).toBe(0);
  });

  it('never stops a tenant, however many of its clients guess together', async () => {
    await kit.policy({ alarmPause: true });
    for (const clientId of ['a', 'b', 'c']) await kit.lines(40, { clientId });
    await kit.count();
    expect(await kit.open()).toEqual([['wrong-pins', null, 120]]);
    expect(await pauseAll()).toBe(0);
  });

  it('holds for a client and a tenant that only an OpenID provider knows, and for those after them', async () => {
    await kit.policy({ alarmPause: true });
    const stranger = { clientId: 'Portal für Kunden', tenantId: 'a tenant of the provider' };
    await kit.lines(60, stranger);
    await kit.lines(60);
    expect(await kit.count()).toEqual(['wrong-pins', 'wrong-pins']);
    expect(await pauseAll()).toBe(2);
    const targets = (await kit.brakes()).map(({ target }) => target);
    expect(targets.toSorted()).toEqual([stranger.clientId, CLIENT].toSorted());
    const braked = { ...stranger, operation: 'pin.validate', cardId: null } as const;
    expect(await findBrake(kit.rig.dataSource.manager, braked)).toBe('client-pins');
  });

  it('is pulled once by two replicas', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60);
    await kit.count();
    const all = await Promise.all([1, 2, 3].map(() => pauseAll(new PauseClients(kit.rig.dataSource))));
    expect(all.reduce((sum, paused) => sum + paused)).toBe(1);
    expect(await kit.told('brake.pull')).toHaveLength(1);
  });
});

describe('several processes', () => {
  it('raise one alarm, and count each line once', async () => {
    for (let round = 0; round < 5; round += 1) {
      await kit.lines(25);
      await kit.seal();
      await Promise.all([1, 2, 3, 4].map(() => new DetectAlarms(kit.rig.dataSource).step()));
    }
    await kit.count();
    expect(await kit.open()).toEqual([
      ['wrong-pins', CLIENT, 125],
      ['wrong-pins', null, 125],
    ]);
    expect(await kit.told('alarm.raise')).toHaveLength(2);
    expect(await kit.events()).toHaveLength(2);
  });

  it('that are killed in the middle count nothing twice, and forget nothing', async () => {
    await kit.lines(60);
    await kit.seal();
    await kit.owner.query(
      `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`,
    );
    for (const moment of [
      'BEFORE INSERT ON alarm_series',
      'AFTER INSERT ON alarms',
      'AFTER INSERT ON outbox_events',
      'AFTER UPDATE ON alarm_detection',
    ]) {
      await kit.owner.query(`CREATE TRIGGER dies ${moment} FOR EACH ROW EXECUTE FUNCTION die()`);
      await expect(kit.detection.step()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
      await kit.owner.query(`DROP TRIGGER dies ON ${moment.split(' ').at(-1)}`);
      expect(await kit.owner.query('SELECT FROM alarm_series')).toEqual([]);
      expect(await kit.alarms()).toEqual([]);
    }
    expect(await kit.count()).toEqual(['wrong-pins']);
    expect(await kit.count()).toEqual([]);
    expect(await kit.open()).toEqual([['wrong-pins', CLIENT, 60]]);
    expect(await kit.told('alarm.raise')).toHaveLength(1);
    expect(await kit.events()).toHaveLength(1);
  });

  it('that are killed while they pause have paused nobody; the next one does', async () => {
    await kit.policy({ alarmPause: true });
    await kit.lines(60);
    await kit.count();
    await kit.owner.query(
      `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$`,
    );
    await kit.owner.query('CREATE TRIGGER dies AFTER UPDATE ON alarms FOR EACH ROW EXECUTE FUNCTION die()');
    await expect(kit.pauses.step()).rejects.toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
    await kit.owner.query('DROP TRIGGER dies ON alarms');
    expect(await kit.brakes()).toEqual([]);
    expect(await pauseAll()).toBe(1);
    expect(await kit.brakes()).toHaveLength(1);
  });
});
