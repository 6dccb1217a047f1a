import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { pinctl } from '../pinctl/run-pinctl.js';
import type { ServiceResponse } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

const REASON = 'Cardholder identified at the branch';

let kit: ServiceKit;
let owner: DataSource;
let ada: string;
let grace: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, UNLOCK_APPROVALS: '2' });
  owner = await kit.openOwner();
  const scopes = ['ops:read', 'ops:unlock'];
  ada = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
  grace = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Grace Hopper' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

async function lockedCard(): Promise<KnownCard & { pin: string }> {
  const pin = randomPin();
  const card = await kit.cardWithPin(pin);
  await lock(card);
  return { ...card, pin };
}

async function lock({ cardId, pinAccount }: KnownCard): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) await kit.validate({ cardId, pinAccount }, randomPin());
}

const ask = ({ cardId }: KnownCard, token = ada, requestId = randomUUID()) =>
  kit.post(`/v1/admin/cards/${cardId}/unlock`, { reason: REASON }, { token, requestId });
const decide = (
  approvalId: string,
  decision: 'approve' | 'reject',
  token = grace,
  requestId = randomUUID(),
) => kit.post(`/v1/admin/approvals/${approvalId}/${decision}`, {}, { token, requestId });
const idIn = ({ body }: ServiceResponse) => (body as { approvalId: string }).approvalId;
const statusOf = async ({ cardId }: KnownCard) => {
  const { body } = await kit.service.request('GET', `/v1/admin/cards/${cardId}`, { token: ada });
  return body as { pinStatus: string; pendingApproval?: unknown; lastUnlock?: { by: string } };
};

describe('an unlock that takes two persons', () => {
  it('waits for the second, then takes effect, and both answer for it', async () => {
    const card = await lockedCard();
    const asked = await ask(card);
    expect(asked.status).toBe(202);
    expect(await statusOf(card)).toMatchObject({
      pinStatus: 'locked',
      pendingApproval: {
        approvalId: idIn(asked),
        requestedBy: 'Ada Lovelace',
        reason: REASON,
        status: 'pending',
      },
    });
    const { body } = await kit.service.request('GET', '/v1/admin/approvals?status=pending', { token: grace });
    expect(JSON.stringify(body)).toContain(idIn(asked));
    expect(await decide(idIn(asked), 'approve')).toMatchObject({
      status: 200,
      body: { pinStatus: 'active' },
    });
    const after = await statusOf(card);
    expect(after).toMatchObject({ pinStatus: 'active', lastUnlock: { by: 'Ada Lovelace, Grace Hopper' } });
    expect(after.pendingApproval).toBeUndefined();
    expect(await kit.validate(card, card.pin)).toMatchObject({ body: { verified: true } });
    const trail = await owner.query<{ action: string; subject: string }[]>(
      `SELECT action, subject FROM audit_events WHERE card_id = $1 AND action LIKE 'pin.unlock%' ORDER BY audit_id`,
      [card.cardId],
    );
    expect(trail).toEqual([
      { action: 'pin.unlock-requested', subject: 'Ada Lovelace' },
      { action: 'pin.unlock-approved', subject: 'Grace Hopper' },
      { action: 'pin.unlock', subject: 'Grace Hopper' },
    ]);
  });

  it('is not approved by the requester, also not through another client', async () => {
    const card = await lockedCard();
    const approvalId = idIn(await ask(card));
    const elsewhere = await kit.identity.tokenFor({
      scopes: ['ops:unlock'],
      clientId: 'cli',
      subject: 'Ada Lovelace',
    });
    for (const token of [ada, elsewhere]) {
      expect(await decide(approvalId, 'approve', token)).toMatchObject({
        status: 403,
        body: { code: 'SAME_OPERATOR' },
      });
    }
    expect((await statusOf(card)).pinStatus).toBe('locked');
    expect(await decide(approvalId, 'reject', ada)).toMatchObject({
      status: 200,
      body: { status: 'rejected' },
    });
    expect(await decide(approvalId, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'APPROVAL_CLOSED' },
    });
  });

  it('is one however often it is asked for, and one effect however often it is approved', async () => {
    const card = await lockedCard();
    const asked = await Promise.all(Array.from({ length: 20 }, () => ask(card)));
    const ids = new Set(asked.filter(({ status }) => status === 202).map(idIn));
    expect(ids.size).toBe(1);
    const [approvalId = ''] = ids;
    const decided = await Promise.all(Array.from({ length: 100 }, () => decide(approvalId, 'approve')));
    const statuses = decided.map(({ status }) => status).toSorted();
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(
      statuses.filter((status) => status !== 200).every((status) => status === 409 || status === 503),
    ).toBe(true);
    const [row] = await owner.query<{ count: number }[]>(
      `SELECT count(*)::int FROM audit_events WHERE card_id = $1 AND action = 'pin.unlock'`,
      [card.cardId],
    );
    expect(row).toEqual({ count: 1 });
  });

  it('answers a repeated request as it did: 202 stays 202', async () => {
    const card = await lockedCard();
    const requestId = randomUUID();
    const first = await ask(card, ada, requestId);
    expect(await ask(card, ada, requestId)).toMatchObject({
      status: 202,
      headers: { 'idempotent-replayed': 'true' },
      body: first.body,
    });
    const approval = randomUUID();
    await decide(idIn(first), 'approve', grace, approval);
    expect(await decide(idIn(first), 'approve', grace, approval)).toMatchObject({
      status: 200,
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it('unlocks the lock it was asked for, and no later one', async () => {
    const card = await lockedCard();
    const approvalId = idIn(await ask(card));
    // Unlocked by other means and locked again: no person has looked at this lock.
    await owner.query(
      `UPDATE cards SET pin_status = 'active', tries_spent = 0, event_no = event_no + 1 WHERE card_id = $1`,
      [card.cardId],
    );
    expect(await decide(approvalId, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'PIN_NOT_LOCKED' },
    });
    await lock(card);
    expect(await decide(approvalId, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'APPROVAL_CLOSED' },
    });
    expect((await statusOf(card)).pinStatus).toBe('locked');
    const anew = await ask(card, grace);
    expect(idIn(anew)).not.toBe(approvalId);
    expect(await decide(idIn(anew), 'approve', ada)).toMatchObject({ status: 200 });
  });

  it('is not begun by the command line, which knows no person to compare a token with', async () => {
    const card = await lockedCard();
    const args = ['cards', 'unlock', card.cardId, '--reason', REASON, '--yes'];
    const refused = await pinctl(args, { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('takes two persons') });
    expect(await statusOf(card)).toMatchObject({ pinStatus: 'locked' });
    expect((await statusOf(card)).pendingApproval).toBeUndefined();
    // One that an earlier version has left: it is not approved, and does not stand in the way of another.
    const approvalId = idIn(await ask(card));
    await owner.query(`UPDATE unlock_approvals SET requested_by = 'pinctl:ada' WHERE approval_id = $1`, [
      approvalId,
    ]);
    expect(await decide(approvalId, 'approve')).toMatchObject({
      status: 409,
      body: { code: 'APPROVAL_CLOSED' },
    });
    expect((await statusOf(card)).pinStatus).toBe('locked');
    const anew = idIn(await ask(card));
    expect(anew).not.toBe(approvalId);
    expect(await decide(anew, 'approve')).toMatchObject({ status: 200 });
  });

  it('is over after 24 hours, by the clock of the database', async () => {
    const card = await lockedCard();
    const asked = await ask(card);
    const { expiresAt } = asked.body as { expiresAt: string };
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    await owner.query(`UPDATE unlock_approvals SET expires_at = clock_timestamp() WHERE approval_id = $1`, [
      idIn(asked),
    ]);
    expect(await decide(idIn(asked), 'approve')).toMatchObject({
      status: 409,
      body: { code: 'APPROVAL_CLOSED' },
    });
    expect((await statusOf(card)).pendingApproval).toBeUndefined();
    expect(idIn(await ask(card))).not.toBe(idIn(asked));
  });

  it('is asked for and decided in its own tenant, where an unlock is possible', async () => {
    const active = await kit.cardWithPin(randomPin());
    expect(await ask(active)).toMatchObject({ status: 409, body: { code: 'PIN_NOT_LOCKED' } });
    const card = await lockedCard();
    const approvalId = idIn(await ask(card));
    const foreign = await kit.identity.tokenFor({
      scopes: ['ops:unlock'],
      tenantId: 'other',
      subject: 'Mallory',
    });
    for (const id of [approvalId, randomUUID(), 'nonsense']) {
      const token = id === approvalId ? foreign : grace;
      expect(await decide(id, 'approve', token)).toMatchObject({
        status: 404,
        body: { code: 'APPROVAL_NOT_FOUND' },
      });
    }
  });
});
