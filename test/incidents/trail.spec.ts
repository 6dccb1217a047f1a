import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ATTEST_ACTION, verifyCards } from '#libs/audit';
import { inTransaction } from '#libs/database';
import { NO_TENANT, recordEffect, type Effect } from '#libs/requests';
import { cardRow } from '../store/look.js';
import { contextOf } from '../store/store-kit.js';
import { IncidentKit } from './incident-kit.js';

let kit: IncidentKit;
beforeEach(async () => {
  kit = await IncidentKit.make();
  // From here on counts must follow from the line before.
  await kit.owner.query(
    `INSERT INTO audit_events (tenant_id, client_id, subject, request_id, action, phase, result, details)
     VALUES ($1, 'pinward', 'x', 'x', $2, 'outcome', 'begun', '{"beginningMac":{"key":1,"mac":"AA=="}}')`,
    [NO_TENANT, ATTEST_ACTION],
  );
});
afterEach(() => kit[Symbol.asyncDispose]());

/** Kinds of findings, each once; the cards of this rig have PIN verifiers that no host attested. */
async function found(): Promise<readonly string[]> {
  const { findings } = await verifyCards(kit.owner);
  const kinds = findings.map(({ kind }) => kind).filter((kind) => !kind.startsWith('verifier-'));
  return [...new Set(kinds)].toSorted();
}

/** As an attacker with the service's role: a row, and a line that fits. */
async function write(cardId: string, changes: string, effect: Pick<Effect, 'action' | 'result' | 'details'>) {
  await kit.rig.dataSource.query(`UPDATE cards SET event_no = event_no + 1, ${changes} WHERE card_id = $1`, [
    cardId,
  ]);
  const { eventNo } = await cardRow(kit.owner, cardId);
  await inTransaction(kit.rig.dataSource, (manager) =>
    recordEffect(manager, contextOf({ path: cardId }), { ...effect, cardId, eventNo }),
  );
}

const RESTORED = `pin_status = 'active', tries_spent = 0, locked_at = NULL`;
const restoration = (failuresTakenBack: number, incidentId: string = randomUUID()) => ({
  action: 'pin.restore',
  result: 'restored',
  details: { incidentId, failuresTakenBack, takenBackInARow: failuresTakenBack },
});

describe('the verification of cards', () => {
  it('finds nothing after restorations, unlocks and successes', async () => {
    const cardId = await kit.lockedCard();
    await kit.restored();
    await kit.lock(cardId);
    await kit.restored();
    await kit.try(cardId, 'matched');
    await kit.lock(cardId);
    await kit.unlock(cardId);
    await kit.lock(cardId);
    await kit.restored();
    expect(await found()).toEqual([]);
  });

  it('finds a restoration that belongs to no incident', async () => {
    const cardId = await kit.lockedCard();
    await write(cardId, `${RESTORED}, failures_without_success = 0`, restoration(3));
    expect(await found()).toEqual(['restored-without-incident']);
  });

  it('finds one that takes back more than it says, or more often than is allowed', async () => {
    const cardId = await kit.lockedCard();
    const { incident } = await kit.restored();
    await kit.lock(cardId);
    await write(cardId, `${RESTORED}, failures_without_success = 0`, restoration(2, incident.incidentId));
    expect(await found()).toEqual(['counts-differ']);
    // Three and two; with four more it is the limit of nine.
    for (const more of [3, 1, 1]) {
      expect(await found()).not.toContain('restored-too-often');
      await kit.lock(cardId);
      await write(
        cardId,
        `${RESTORED}, failures_without_success = 0`,
        restoration(more, incident.incidentId),
      );
    }
    expect(await found()).toEqual(['counts-differ', 'restored-too-often']);
  });
});
