import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cardRow } from '../store/look.js';
import { POLICY, spendOf, TENANT } from '../store/store-kit.js';
import { CLIENT, IncidentKit } from './incident-kit.js';

const { maxTries, maxFailuresWithoutSuccess } = POLICY;

let kit: IncidentKit;
let from: string;
beforeAll(async () => {
  kit = await IncidentKit.make();
});
beforeEach(async () => {
  await kit.endAll();
  await kit.pass();
  from = await kit.now();
});
afterAll(() => kit[Symbol.asyncDispose]());

const release = () => ({ triedFrom: from, clientId: CLIENT });

/** Wrong PINs until the card is locked. @returns how many were judged */
async function guess(cardId: string): Promise<number> {
  for (let judged = 0; ; judged += 1) {
    const refused = await kit.try(cardId).then(
      () => false,
      () => true,
    );
    if (refused) return judged;
  }
}

/** Unlocks as long as they are granted, which two persons do as well. @returns guesses in all */
async function guessOn(cardId: string): Promise<number> {
  let judged = await guess(cardId);
  while ((await kit.unlock(cardId)) === 'done') judged += await guess(cardId);
  return judged;
}

describe('an operator who works together with a client', () => {
  it('gets no guess more for the same window a second time', async () => {
    const cardId = await kit.lockedCard();
    const window = { ...release(), triedTo: await kit.passed() };
    expect((await kit.restored(window)).counts).toMatchObject({ restored: 1, failuresTakenBack: 3 });
    const again = await kit.preview(window);
    expect(again.counts).toMatchObject({ planned: 0, keptOut: 1, causes: { 'already-unlocked': 1 } });
    // Also not for a lock that came later.
    await kit.lock(cardId);
    expect((await kit.preview(window)).counts.planned).toBe(0);
    expect(await cardRow(kit.owner, cardId)).toMatchObject({
      pinStatus: 'locked',
      failuresWithoutSuccess: 3,
    });
  });

  it('gets none more for two incidents over the same cards at once', async () => {
    const cardId = await kit.lockedCard();
    const [one, other] = [await kit.preview(release()), await kit.preview(release())];
    for (const preview of [one, other]) {
      expect(preview.counts.planned).toBe(1);
      await kit.start(preview);
    }
    const first = await kit.finish(one.incident.incidentId);
    expect(first.counts).toMatchObject({ restored: 1 });
    await kit.lock(cardId);
    const second = await kit.finish(other.incident.incidentId);
    expect(second.counts).toMatchObject({ restored: 0, causes: { changed: 1 } });
    expect(await cardRow(kit.owner, cardId)).toMatchObject({
      pinStatus: 'locked',
      failuresWithoutSuccess: 3,
    });
  });

  it('gets twice as many guesses at a card at most, and then the cardholder is asked', async () => {
    const cardId = await kit.cardWithPin();
    let guesses = await guessOn(cardId);
    expect(guesses).toBe(maxFailuresWithoutSuccess);
    expect((await kit.restored(release())).counts).toMatchObject({
      restored: 1,
      failuresTakenBack: maxFailuresWithoutSuccess,
    });
    guesses += await guessOn(cardId);
    expect(guesses).toBe(2 * maxFailuresWithoutSuccess);
    const preview = await kit.preview(release());
    expect(preview.counts).toMatchObject({ planned: 0, causes: { 'restored-before': 1 } });
    await expect(kit.start(preview)).rejects.toThrow('INCIDENT_CLOSED');
    expect(await kit.unlock(cardId)).toBe('PIN_RESET_REQUIRED');
  });

  it('gets no more for asking in smaller parts', async () => {
    const cardId = await kit.cardWithPin();
    let guesses = 0;
    let restorations = 0;
    for (;;) {
      guesses += await guess(cardId);
      const preview = await kit.preview(release());
      await kit.endAllBut(preview);
      if (preview.counts.planned === 0) break;
      await kit.start(preview);
      restorations += (await kit.finish(preview.incident.incidentId)).counts.restored;
    }
    expect(restorations).toBe(maxFailuresWithoutSuccess / maxTries);
    expect(guesses).toBe(maxFailuresWithoutSuccess + maxTries);
    // The limit in a row is what is left.
    while ((await kit.unlock(cardId)) === 'done') guesses += await guess(cardId);
    expect(guesses).toBe(2 * maxFailuresWithoutSuccess);
  });

  it('gets more only after the cardholder has shown the PIN', async () => {
    const cardId = await kit.cardWithPin();
    const releases = maxFailuresWithoutSuccess / maxTries;
    for (let time = 1; time <= releases; time += 1) {
      await kit.lock(cardId);
      expect((await kit.restored(release())).counts.restored).toBe(1);
    }
    await kit.try(cardId, 'matched');
    await kit.lock(cardId);
    expect((await kit.restored(release())).counts).toMatchObject({
      restored: 1,
      failuresTakenBack: maxTries,
    });
  });

  it('gets no more by a policy that became stricter before the restoration', async () => {
    const cardId = await kit.cardWithPin();
    for (const time of [1, 2]) {
      await kit.lock(cardId);
      const preview = await kit.preview(release());
      await kit.start(preview);
      if (time === 1) await kit.finish(preview.incident.incidentId);
      else {
        await kit.skipPause();
        await kit.withLimits({ maxTries, maxFailures: 5 }).step();
        expect(await kit.fateOf(await kit.read(preview.incident.incidentId), cardId)).toBe('restored-before');
      }
    }
  });

  it('gets nothing back that an earlier incident has left', async () => {
    const cardId = await kit.cardWithPin();
    await kit.lock(cardId, { sourceAddress: '198.51.100.9' });
    await kit.unlock(cardId);
    await kit.pass();
    const second = await kit.now();
    await kit.lock(cardId);
    await kit.restored({ ...release(), triedFrom: second });
    expect(await cardRow(kit.owner, cardId)).toMatchObject({ failuresWithoutSuccess: 3 });
    await kit.lock(cardId);
    expect((await kit.restored(release())).counts).toMatchObject({ restored: 1, failuresTakenBack: 3 });
    expect(await cardRow(kit.owner, cardId)).toMatchObject({ failuresWithoutSuccess: 3 });
  });

  it('restores nothing that was not in the preview, however many are locked meanwhile', async () => {
    await kit.lockedCard();
    const preview = await kit.preview(release());
    const late = await kit.lockedCard();
    await kit.start(preview);
    expect((await kit.finish(preview.incident.incidentId)).counts.restored).toBe(1);
    expect(await cardRow(kit.owner, late)).toMatchObject({ pinStatus: 'locked' });
  });

  it('starts it once, and only the preview that was agreed to', async () => {
    await kit.lockedCard();
    const preview = await kit.preview(release());
    const { incident } = preview;
    const changed = { ...preview, incident: { ...incident, cardsHash: '0'.repeat(64) } };
    await expect(kit.start(changed)).rejects.toThrow('INCIDENT_CLOSED');
    const started = await Promise.allSettled([kit.start(preview), kit.start(preview), kit.start(preview)]);
    expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const empty = await kit.preview({ ...release(), clientId: 'no-such-app' });
    await expect(kit.start(empty)).rejects.toThrow('INCIDENT_CLOSED');
  });
});

describe('a thief who guesses in the same time', () => {
  it.each([{ clientId: 'web-shop' }, { sourceAddress: '198.51.100.66' }])(
    'from elsewhere, keeps the card out: %o',
    async (origin) => {
      const cardId = await kit.cardWithPin();
      await kit.try(cardId, 'not-matched', origin);
      await kit.lock(cardId, {}, 2);
      const alone = await kit.lockedCard(origin);
      const filter = { ...release(), sourceAddresses: ['192.0.2.0/24'] };
      const preview = await kit.preview(filter);
      expect(await kit.fateOf(preview, cardId)).toBe('suspicion');
      expect(await kit.fateOf(preview, alone)).toBeNull();
    },
  );
});

describe('while the database may be an older one, or operators have stopped unlocks', () => {
  it('nothing is restored, and it goes on by itself afterwards', async () => {
    await kit.lockedCard();
    const preview = await kit.preview(release());
    await kit.start(preview);
    const { incidentId } = preview.incident;
    kit.isTrailInDoubt = true;
    await kit.step();
    expect(await kit.read(incidentId)).toMatchObject({
      incident: { state: 'running', waitsFor: 'audit-trail' },
      counts: { planned: 1 },
    });
    kit.isTrailInDoubt = false;
    await kit.owner.query(
      `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through)
       VALUES ($1, gen_random_uuid(), 'operation', 'pin.unlock', 'an attack', 'x', 'x')`,
      [TENANT],
    );
    await kit.step();
    expect(await kit.read(incidentId)).toMatchObject({
      incident: { state: 'running', waitsFor: 'brake' },
      counts: { planned: 1 },
    });
    const another = await kit.preview(release());
    await expect(kit.start(another)).rejects.toMatchObject({ code: 'OPERATIONS_SUSPENDED' });
    await kit.owner.query('DELETE FROM brakes');
    expect(await kit.finish(incidentId)).toMatchObject({
      incident: { state: 'done', waitsFor: null },
      counts: { restored: 1 },
    });
  });
});

it('a preview that has expired starts no restoration', async () => {
  await kit.lockedCard();
  const preview = await kit.preview(release());
  await kit.owner.query('UPDATE incidents SET expires_at = clock_timestamp() WHERE incident_id = $1', [
    preview.incident.incidentId,
  ]);
  await expect(kit.start(preview)).rejects.toMatchObject({ code: 'INCIDENT_CLOSED' });
});

describe('a card that another transaction writes', () => {
  it('holds up no other, and is restored afterwards', async () => {
    const [held, free] = [await kit.lockedCard(), await kit.lockedCard()];
    const preview = await kit.preview(release());
    await kit.start(preview);
    await kit.owner.transaction(async (manager) => {
      await manager.query('SELECT FROM cards WHERE card_id = $1 FOR UPDATE', [held]);
      await kit.step();
      const half = await kit.read(preview.incident.incidentId);
      expect(await kit.fateOf(half, free)).toBe('restored');
      expect(await kit.fateOf(half, held)).toBe('planned');
    });
    const after = await kit.finish(preview.incident.incidentId);
    expect(await kit.fateOf(after, held)).toBe('restored');
    expect((await kit.rig.store.spend(spendOf(held))).outcome).toBe('granted');
  });
});
