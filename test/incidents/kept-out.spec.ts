import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#libs/database';
import { registerKeys } from '#libs/keys';
import { recordEffect } from '#libs/requests';
import { cardRow } from '../store/look.js';
import { contextOf, newEnvelope, newOtp, newVerifier, TENANT } from '../store/store-kit.js';
import { CLIENT, IncidentKit } from './incident-kit.js';

let kit: IncidentKit;
/** Beginning of the present test's release. */
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

async function reset(cardId: string): Promise<void> {
  const { eventNo } = await cardRow(kit.owner, cardId);
  const { outcome } = await kit.rig.store.reset({
    context: contextOf({ path: cardId }),
    cardId,
    envelope: newEnvelope(),
    otpId: await newOtp(kit.owner, cardId, { purpose: 'pin-reset' }),
    expectedEventNo: eventNo,
    result: { outcome: 'enrolled', verifier: newVerifier() },
    answer: { body: { pinStatus: 'active' } },
  });
  if (outcome !== 'done') throw new Error(outcome);
}

async function freeze(cardId: string): Promise<void> {
  await kit.owner.query(
    `INSERT INTO brakes (tenant_id, brake_id, kind, target, reason, pulled_by, pulled_through)
     VALUES ($1, $2, 'card', $3, 'stolen', 'x', 'x')`,
    [TENANT, randomUUID(), cardId],
  );
}

async function rejectCodes(cardId: string, times: number): Promise<void> {
  const effect = { action: 'otp.check', result: 'rejected', cardId, eventNo: null };
  for (let time = 0; time < times; time += 1)
    await inTransaction(kit.rig.dataSource, (manager) =>
      recordEffect(manager, contextOf({ path: cardId }), effect),
    );
}

const close = async (cardId: string) =>
  await kit.rig.store.close({ context: contextOf({ path: cardId }), cardId });

/** What makes a card one that is kept out of the preview. */
const CAUSES: Readonly<Record<string, () => Promise<string>>> = {
  closed: async () => {
    const cardId = await kit.lockedCard();
    await close(cardId);
    return cardId;
  },
  'already-unlocked': async () => {
    const cardId = await kit.lockedCard();
    await kit.unlock(cardId);
    return cardId;
  },
  // Its newest lines are not sealed.
  'history-incomplete': async () => {
    const cardId = await kit.lockedCard();
    await kit.seal();
    await kit.owner.query(
      `DELETE FROM audit_leaves l USING audit_events e
        WHERE e.tenant_id = l.tenant_id AND e.occurred_at = l.occurred_at AND e.audit_id = l.audit_id
          AND e.card_id = $1 AND e.event_no = (SELECT event_no FROM cards WHERE card_id = $1)`,
      [cardId],
    );
    return cardId;
  },
  // Not by a try: as after the restore of a backup.
  'other-lock': async () => {
    const cardId = await kit.lockedCard();
    await kit.owner.query('UPDATE cards SET event_no = event_no + 1 WHERE card_id = $1', [cardId]);
    const { eventNo } = await cardRow(kit.owner, cardId);
    const effect = { action: 'card.reconcile', result: 'corrected', cardId, eventNo };
    await inTransaction(kit.rig.dataSource, (manager) =>
      recordEffect(manager, contextOf({ path: cardId }), effect),
    );
    return cardId;
  },
  // One of the wrong PINs came from elsewhere.
  suspicion: async () => {
    const cardId = await kit.cardWithPin();
    await kit.try(cardId, 'not-matched', { clientId: 'thief' });
    await kit.lock(cardId, {}, 2);
    return cardId;
  },
  // The cardholder mistyped once before the release.
  'other-tries': async () => {
    const cardId = await kit.cardWithPin();
    await kit.try(cardId);
    await kit.pass();
    from = await kit.now();
    await kit.lock(cardId, {}, 2);
    return cardId;
  },
  'reset-required': async () => {
    const cardId = await kit.lockedCard();
    await registerKeys(kit.owner, [
      {
        kind: 'pin-wrapping',
        generation: 77,
        state: 'retired',
        fingerprint: randomBytes(32),
        expiresAt: null,
      },
    ]);
    await kit.owner.query('UPDATE cards SET verifier_generation = 77 WHERE card_id = $1', [cardId]);
    return cardId;
  },
  frozen: async () => {
    const cardId = await kit.lockedCard();
    await freeze(cardId);
    return cardId;
  },
};

describe('a card is kept out of the preview', () => {
  it.each(Object.entries(CAUSES))('%s, and stays as it is', async (cause, make) => {
    const cardId = await make();
    const sound = await kit.lockedCard();
    const before = await cardRow(kit.owner, cardId);
    const after = await kit.restored(release());
    expect(await kit.fateOf(after, cardId)).toBe(cause);
    expect(await kit.fateOf(after, sound)).toBe('restored');
    expect(after.counts).toMatchObject({ restored: 1, keptOut: 1, causes: { [cause]: 1 } });
    expect(await cardRow(kit.owner, cardId)).toEqual(before);
  });

  it('when one-time passwords were guessed at since', async () => {
    const [once, thrice] = [await kit.lockedCard(), await kit.lockedCard()];
    await rejectCodes(once, 2);
    await rejectCodes(thrice, 3);
    const preview = await kit.preview(release());
    expect(await kit.fateOf(preview, thrice)).toBe('suspicion');
    expect(await kit.fateOf(preview, once)).toBe('planned');
  });

  it('when its other failures alone need a reset', async () => {
    const cardId = await kit.cardWithPin();
    // Nine failures without a success, the last three of them in the release.
    await kit.lock(cardId, { clientId: 'thief' });
    await kit.unlock(cardId);
    await kit.lock(cardId, { clientId: 'thief' });
    await kit.unlock(cardId);
    await kit.pass();
    from = await kit.now();
    await kit.lock(cardId);
    // The three are taken back; six are left.
    const preview = await kit.preview(release());
    expect(await kit.fateOf(preview, cardId)).toBe('planned');
    await kit.owner.query('UPDATE cards SET failures_without_success = 12 WHERE card_id = $1', [cardId]);
    expect(await kit.fateOf(await kit.preview(release()), cardId)).toBe('history-incomplete');
    await kit.owner.query('UPDATE cards SET failures_without_success = 9 WHERE card_id = $1', [cardId]);
    const narrow = { maxTries: 3, maxFailures: 6 };
    const strict = kit.withLimits(narrow);
    const { body } = await kit.open(release());
    await strict.searchUntil({ tenantId: TENANT, incidentId: body.incidentId }, () => false);
    expect(await kit.fateOf(await kit.read(body.incidentId), cardId)).toBe('reset-required');
  });
});

describe('a card that changes between preview and restoration is kept out', () => {
  it.each<[string, (cardId: string) => Promise<unknown>]>([
    ['closed', close],
    ['already-unlocked', (cardId) => kit.unlock(cardId)],
    ['already-unlocked', reset],
    [
      // Unlocked and locked again: another lock, which no person has looked at.
      'changed',
      async (cardId) => {
        await kit.unlock(cardId);
        await kit.lock(cardId, { clientId: 'thief' });
      },
    ],
    ['suspicion', (cardId) => rejectCodes(cardId, 3).then(() => kit.seal())],
    ['frozen', freeze],
  ])('%s', async (cause, change) => {
    const [cardId, sound] = [await kit.lockedCard(), await kit.lockedCard()];
    const preview = await kit.preview(release());
    expect(preview.counts).toMatchObject({ planned: 2, keptOut: 0 });
    await kit.start(preview);
    await change(cardId);
    const before = await cardRow(kit.owner, cardId);
    const after = await kit.finish(preview.incident.incidentId);
    expect(await kit.fateOf(after, cardId)).toBe(cause);
    expect(await kit.fateOf(after, sound)).toBe('restored');
    expect(await cardRow(kit.owner, cardId)).toEqual(before);
  });

  it('and a policy that became stricter meanwhile holds', async () => {
    const cardId = await kit.cardWithPin();
    await kit.lock(cardId, { clientId: 'thief' });
    await kit.unlock(cardId);
    await kit.pass();
    from = await kit.now();
    await kit.lock(cardId);
    const preview = await kit.preview(release());
    await kit.start(preview);
    await kit.skipPause();
    await kit.withLimits({ maxTries: 3, maxFailures: 3 }).step();
    expect(await kit.fateOf(await kit.read(preview.incident.incidentId), cardId)).toBe('reset-required');
  });
});

describe('the failures of the window alone are taken back', () => {
  it('those before it stay, and count', async () => {
    const cardId = await kit.cardWithPin();
    await kit.lock(cardId);
    await kit.unlock(cardId);
    await kit.pass();
    from = await kit.now();
    await kit.lock(cardId);
    await kit.unlock(cardId);
    await kit.lock(cardId);
    expect(await cardRow(kit.owner, cardId)).toMatchObject({ failuresWithoutSuccess: 9 });
    expect(await kit.unlock(cardId)).toBe('PIN_RESET_REQUIRED');
    const after = await kit.restored(release());
    expect(after.counts).toMatchObject({ restored: 1, failuresTakenBack: 6 });
    expect(await cardRow(kit.owner, cardId)).toMatchObject({
      pinStatus: 'active',
      triesSpent: 0,
      failuresWithoutSuccess: 3,
    });
  });

  it('also those that a lost host left without a verdict, which the sweeper closed', async () => {
    const cardId = await kit.cardWithPin();
    await kit.lock(cardId, {}, 2);
    await kit.abandon(cardId);
    expect(await cardRow(kit.owner, cardId)).toMatchObject({ pinStatus: 'locked' });
    expect((await kit.restored(release())).counts).toMatchObject({ restored: 1, failuresTakenBack: 3 });
  });

  it('not those of a device fault, which cost nothing', async () => {
    const cardId = await kit.cardWithPin();
    await kit.try(cardId);
    await kit.giveBack(cardId);
    await kit.lock(cardId, {}, 2);
    expect((await kit.restored(release())).counts).toMatchObject({ restored: 1, failuresTakenBack: 3 });
    expect(await cardRow(kit.owner, cardId)).toMatchObject({ failuresWithoutSuccess: 0 });
  });
});

it('a PIN that was set in between begins the count anew', async () => {
  const cardId = await kit.lockedCard();
  await reset(cardId);
  await kit.lock(cardId);
  expect((await kit.restored(release())).counts).toMatchObject({ restored: 1, failuresTakenBack: 3 });
});
