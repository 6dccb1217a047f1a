import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditLines, cardRow, eventsOf } from '../store/look.js';
import { TENANT } from '../store/store-kit.js';
import { CLIENT, IncidentKit, REASON } from './incident-kit.js';

let kit: IncidentKit;
beforeAll(async () => {
  kit = await IncidentKit.make();
});
afterAll(() => kit[Symbol.asyncDispose]());

describe('cards that a release has locked', () => {
  it('are previewed without a change, and restored as unlocks do it, with the failures taken back', async () => {
    const cards = [await kit.lockedCard(), await kit.lockedCard()];
    const other = await kit.lockedCard({ clientId: 'other-app' });
    const before = await cardRow(kit.owner, cards[0] ?? '');
    const preview = await kit.preview();
    expect(preview).toMatchObject({
      incident: { state: 'previewed', reason: REASON, openedBy: 'Ada Lovelace' },
      counts: { planned: 2, restored: 0, keptOut: 0 },
    });
    expect(preview.sample.map(({ cardId }) => cardId)).toEqual(cards.toSorted());
    expect(await cardRow(kit.owner, cards[0] ?? '')).toEqual(before);

    await kit.start(preview);
    const after = await kit.finish(preview.incident.incidentId);
    expect(after).toMatchObject({
      incident: { state: 'done', requestedBy: 'Ada Lovelace', approvedBy: 'Grace Hopper' },
      counts: { planned: 0, restored: 2, keptOut: 0, failuresTakenBack: 6 },
    });
    for (const cardId of cards) {
      expect(await cardRow(kit.owner, cardId)).toMatchObject({
        pinStatus: 'active',
        triesSpent: 0,
        failuresWithoutSuccess: 0,
        lockedAt: null,
        lastUnlockBy: 'Ada Lovelace, Grace Hopper',
        lastUnlockReason: REASON,
      });
      expect((await eventsOf(kit.owner, cardId)).at(-1)).toBe('pin.unlocked');
      const line = (await auditLines(kit.owner, cardId)).at(-1);
      expect(line).toMatchObject({ action: 'pin.restore', result: 'restored', clientId: 'pinward' });
      expect(JSON.parse(line?.details ?? '')).toMatchObject({
        pinStatus: 'active',
        triesSpent: 0,
        failuresWithoutSuccess: 0,
        failuresTakenBack: 3,
        takenBackInARow: 3,
      });
      await kit.try(cardId, 'matched');
    }
    expect(await cardRow(kit.owner, other)).toMatchObject({ pinStatus: 'locked' });
    expect(await kit.fateOf(after, other)).toBeNull();
    const lines = await kit.owner.query<{ action: string; subject: string; details: string }[]>(
      `SELECT action, subject, details FROM audit_events WHERE tenant_id = $1 AND action LIKE 'incident.%' ORDER BY audit_id`,
      [TENANT],
    );
    expect(lines.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
      'incident.open Ada Lovelace',
      'incident.preview incidents',
      'incident.start Grace Hopper',
      'incident.end incidents',
    ]);
    expect(JSON.parse(lines.at(-1)?.details ?? '')).toMatchObject({ restored: 2, failuresTakenBack: 6 });
    expect(JSON.parse(lines.at(0)?.details ?? '')).toMatchObject({ client: CLIENT, reason: REASON });
  });
});
