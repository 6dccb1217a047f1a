import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expireOtps } from '#libs/otp';
import { ServiceKit } from './service-kit.js';

let kit: ServiceKit;
let owner: DataSource;
beforeAll(async () => {
  kit = await ServiceKit.open();
  owner = await kit.openOwner();
});
afterAll(async () => await kit[Symbol.asyncDispose]());

describe('issuing', () => {
  it('answers with an id and an end, never with the code', async () => {
    const card = await kit.register();
    const requestId = randomUUID();
    const path = `/v1/cards/${card.cardId}/otp`;
    const askedAt = Date.now();
    const issued = await kit.post(path, { purpose: 'pin-reset' }, { requestId });
    const answeredAt = Date.now();
    expect(issued).toMatchObject({ status: 202, body: { otpId: expect.any(String) } });
    const { expiresAt } = issued.body as { expiresAt: string };
    const issuedAt = Date.parse(expiresAt) - 300_000;
    expect(issuedAt).toBeGreaterThanOrEqual(askedAt);
    expect(issuedAt).toBeLessThanOrEqual(answeredAt + 1);
    expect(Object.keys(issued.body as object).toSorted()).toEqual(['expiresAt', 'otpId']);

    const again = await kit.post(path, { purpose: 'pin-reset' }, { requestId });
    expect(again).toMatchObject({ status: 202, body: issued.body });
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('is limited to five an hour and card, of all purposes', async () => {
    const card = await kit.register();
    const purposes = ['pin-change', 'pin-reset', 'card-reveal', 'pin-change', 'pin-change'];
    const issued = purposes.map(
      async (purpose) => await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose }),
    );
    expect((await Promise.all(issued)).map(({ status }) => status)).toEqual(purposes.map(() => 202));
    const refused = await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-change' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'OTP_LIMIT_REACHED', limit: 'card-otp' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(3_500);
    await owner.query(
      `UPDATE one_time_passwords SET issued_at = issued_at - interval '1 hour' WHERE card_id = $1`,
      [card.cardId],
    );
    expect(await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-change' })).toMatchObject({
      status: 202,
    });
  });

  it('keeps no code that could be read, and erases the sealed one when it has been delivered', async () => {
    const card = await kit.register();
    const { otpId, code } = await kit.otpFor(card, 'pin-change');
    // The code is written out just before it is erased here.
    await expect
      .poll(async () =>
        owner.query<unknown[]>('SELECT FROM outbox_events WHERE sealed_for = $1 AND sealed IS NULL', [otpId]),
      )
      .toHaveLength(1);
    const [row] = await owner.query<Record<string, unknown>[]>(
      'SELECT o.mac, e.sealed, e.data FROM one_time_passwords o JOIN outbox_events e ON e.sealed_for = o.otp_id WHERE otp_id = $1',
      [otpId],
    );
    expect(row).toMatchObject({ sealed: null });
    expect(String(row?.['data'])).not.toContain(code);
    expect(JSON.parse(String(row?.['data']))).toMatchObject({
      otpId,
      purpose: 'pin-change',
      cardId: card.cardId,
    });
  });

  it('erases a code that was not fetched in its life, and one that was superseded', async () => {
    // Nothing is delivered here: the rows are written by hand.
    const card = await kit.register();
    const insert = async (seconds: number) => {
      await owner.query(
        `INSERT INTO outbox_events (tenant_id, type, card_id, data, sealed, sealed_generation, sealed_for, expires_at)
         VALUES ('default', 'otp.kept', $1, '{}', '\\x00', 1, $2, clock_timestamp() + $3 * interval '1 second')`,
        [card.cardId, randomUUID(), seconds],
      );
    };
    await insert(-1);
    await insert(60);
    await expireOtps(owner);
    const rows = await owner.query<{ live: boolean; sealed: Buffer | null }[]>(
      `SELECT expires_at > clock_timestamp() AS live, sealed FROM outbox_events WHERE type = 'otp.kept'`,
    );
    expect(rows.map(({ live, sealed }) => [live, sealed !== null]).toSorted()).toEqual([
      [false, false],
      [true, true],
    ]);
    await owner.query(`DELETE FROM outbox_events WHERE type = 'otp.kept'`);
  });

  it('is refused for what is no purpose, and for a card that is unknown', async () => {
    const card = await kit.register();
    expect(await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'login' })).toMatchObject({
      status: 400,
    });
    expect(await kit.post(`/v1/cards/${randomUUID()}/otp`, { purpose: 'pin-reset' })).toMatchObject({
      status: 404,
      body: { code: 'CARD_NOT_FOUND' },
    });
  });
});
