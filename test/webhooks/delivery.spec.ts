import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  contextOf,
  evaluate,
  lockCard,
  newCard,
  newCardWithPin,
  enrolmentOf,
  unlockOf,
} from '../store/store-kit.js';
import type { Reply } from './receiver.js';
import { HOUR_MS, WebhookKit, type Replica } from './webhook-kit.js';

let kit: WebhookKit;
let replica: Replica;
beforeEach(async () => {
  kit = await WebhookKit.open({ timeoutMs: 2_000 });
  replica = await kit.replica();
});
afterEach(() => kit[Symbol.asyncDispose]());

const advance = (ms: number) => kit.clock.setTime(kit.clock.now() + ms);

interface Delivery {
  status: string;
  attempts: number;
  outcome: string | null;
}

async function deliveriesOf(type?: string): Promise<Delivery[]> {
  return await kit.rig.owner.query<Delivery[]>(
    `SELECT status, attempts, last_outcome AS outcome FROM webhook_deliveries
      WHERE $1::text IS NULL OR type = $1 ORDER BY delivery_id`,
    [type ?? null],
  );
}

describe('an event', () => {
  it('arrives once for each endpoint that wants it, as it was written, in the order of its card', async () => {
    await kit.subscribe();
    await kit.subscribe(['pin.locked']);
    const cardId = await newCardWithPin(kit.rig.store);
    await lockCard(kit.rig.store, cardId);
    await kit.drain(replica);
    const types = kit.got().map(({ type }) => type);
    // The first endpoint is told of the second: no event of the card, so in no order with them.
    expect(types.filter((type) => type === 'webhook_endpoint.created')).toHaveLength(1);
    expect(types.filter((type) => type.startsWith('pin.') && type !== 'pin.locked')).toEqual([
      'pin.set',
      'pin.try_failed',
      'pin.try_failed',
      'pin.last_try',
      'pin.try_failed',
    ]);
    expect(types.filter((type) => type === 'pin.locked')).toHaveLength(2);
    const first = kit.receiver.received.find(({ body }) => body.includes('pin.set'));
    expect(JSON.parse(first?.body ?? '')).toEqual({
      type: 'pin.set',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      tenant: 'default',
      data: expect.objectContaining({ cardId, pinStatus: 'active', triesRemaining: 3 }) as object,
    });
    expect(JSON.stringify(JSON.parse(first?.body ?? ''))).toBe(first?.body);
    expect(
      (await deliveriesOf()).every(({ status, attempts }) => status === 'delivered' && attempts === 1),
    ).toBe(true);
  });

  it('of a transaction that was rolled back, of another tenant or of before the endpoint never arrives', async () => {
    await newCardWithPin(kit.rig.store);
    await kit.subscribe();
    const runner = kit.rig.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(
      "INSERT INTO outbox_events (tenant_id, type, data) VALUES ('default', 'pin.undone', '{}')",
    );
    await runner.rollbackTransaction();
    await runner.release();
    await kit.rig.owner.query(
      "INSERT INTO outbox_events (tenant_id, type, data) VALUES ('elsewhere', 'pin.set', '{}')",
    );
    await kit.drain(replica);
    expect(kit.got()).toEqual([]);
    const [{ left } = { left: -1 }] = await kit.rig.owner.query<{ left: number }[]>(
      'SELECT count(*)::int AS left FROM outbox_events WHERE relayed_at IS NULL',
    );
    expect(left).toBe(0);
  });
});

describe('a receiver that fails', () => {
  it('gets the same event again, later each time, and what follows for that card waits, for others not', async () => {
    await kit.subscribe();
    const [slow, other] = [await newCard(kit.rig.store), await newCard(kit.rig.store)];
    let down = true;
    kit.receiver.reply = ({ body }) => ({ status: down && body.includes(slow) ? 503 : 200 });
    await kit.rig.store.set(enrolmentOf(slow));
    await evaluate(kit.rig.store, slow, 'not-matched');
    await kit.rig.store.set(enrolmentOf(other));
    await kit.drain(replica);
    expect(kit.got()).toEqual(
      expect.arrayContaining([
        { cardId: slow, type: 'pin.set' },
        { cardId: other, type: 'pin.set' },
      ]),
    );
    expect(kit.got()).toHaveLength(2);
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      let waited = 0;
      const before = kit.receiver.received.length;
      while (kit.receiver.received.length === before) {
        await advance(1_000);
        waited += 1;
        await kit.drain(replica);
      }
      waits.push(waited);
    }
    // 5 s doubled each time, between half of it and all of it.
    for (const [index, seconds] of waits.entries()) {
      expect(seconds).toBeGreaterThanOrEqual(Math.floor(2.5 * 2 ** index));
      expect(seconds).toBeLessThanOrEqual(10 * 2 ** index + 2);
    }
    down = false;
    await advance(HOUR_MS);
    await kit.drain(replica);
    const ofSlow = kit.got().filter(({ cardId }) => cardId === slow);
    expect(ofSlow.map(({ type }) => type)).toEqual([...Array<string>(6).fill('pin.set'), 'pin.try_failed']);
    const ids = new Set(
      kit.receiver.received
        .filter(({ body }) => body.includes(slow))
        .map(({ headers }) => headers['webhook-id']),
    );
    expect(ids.size).toBe(2);
  });

  it.each<[string, () => Reply | null, string]>([
    ['a redirect', () => ({ status: 307, headers: { location: 'https://127.0.0.1:1/' } }), 'HTTP 307'],
    ['an error', () => ({ status: 500, body: 'secret words of the receiver' }), 'HTTP 500'],
    ['an endless answer', () => ({ status: 500, body: Buffer.alloc(10_000_000) }), 'HTTP 500'],
    ['silence', () => null, 'TIMEOUT'],
  ])('is told in a closed set of words: %s', async (_, reply, word) => {
    await kit.subscribe();
    kit.receiver.reply = reply;
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    expect(await deliveriesOf()).toEqual([{ status: 'pending', attempts: 1, outcome: word }]);
  });

  it('has its events kept for 72 hours, then listed as dead, and delivered when an operator asks', async () => {
    const { endpoint } = await kit.subscribe(['pin.set']);
    kit.receiver.reply = () => ({ status: 500 });
    await newCardWithPin(kit.rig.store);
    // What the pause does is another matter.
    const keepGoing = () =>
      kit.rig.owner.query('UPDATE webhook_endpoints SET failing_since = NULL, paused_at = NULL');
    for (let hour = 0; hour < 71; hour += 1) {
      await kit.drain(replica);
      await keepGoing();
      await advance(HOUR_MS + 1_000);
    }
    const [pending] = await deliveriesOf();
    expect(pending).toMatchObject({ status: 'pending' });
    expect(pending?.attempts).toBeGreaterThan(70);
    await advance(2 * HOUR_MS);
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'dead' }]);
    const before = kit.receiver.received.length;
    await advance(24 * HOUR_MS);
    await kit.drain(replica);
    expect(kit.receiver.received).toHaveLength(before);

    kit.receiver.reply = () => ({ status: 200 });
    const deliveries = kit.deliveries(replica.jobs);
    const { items } = await deliveries.list('default', endpoint.endpointId, { limit: 10, status: 'dead' });
    const deliveryId = items[0]?.deliveryId ?? '';
    const context = contextOf({ path: 'redeliver' });
    const asked = { endpointId: endpoint.endpointId, deliveryId };
    expect(await deliveries.redeliver(context, asked)).toMatchObject({ accepted: true, replayed: false });
    expect(await deliveries.redeliver(context, asked)).toMatchObject({ replayed: true });
    await kit.rig.owner.query('UPDATE webhook_deliveries SET created_at = $1', [kit.now()]);
    await expect(deliveries.redeliver(contextOf({ path: 'other' }), asked)).rejects.toMatchObject({
      code: 'DELIVERY_NOT_REPEATABLE',
    });
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'delivered' }]);
    expect(kit.receiver.received.at(-1)?.headers['webhook-id']).toBe(deliveryId);
  });

  it('is paused after a day without success, and asked again when an operator resumes it', async () => {
    const { endpoint } = await kit.subscribe();
    kit.receiver.reply = () => ({ status: 500 });
    await newCardWithPin(kit.rig.store);
    for (let hour = 0; hour < 26; hour += 1) {
      await kit.drain(replica);
      await advance(HOUR_MS + 1_000);
    }
    expect(kit.paused).toEqual([endpoint.endpointId]);
    const read = () => kit.endpoints().read('default', endpoint.endpointId);
    expect((await read()).pausedAt).not.toBeNull();
    const before = kit.receiver.received.length;
    await advance(2 * HOUR_MS);
    await kit.drain(replica);
    expect(kit.receiver.received).toHaveLength(before);
    kit.receiver.reply = () => ({ status: 200 });
    await kit.endpoints().resume(contextOf({ path: 'resume' }), endpoint.endpointId);
    await advance(HOUR_MS + 1_000);
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'delivered' }]);
    expect(await read()).toMatchObject({ pausedAt: null, failingSince: null });
  });

  it('is paused at once when it says that it is gone', async () => {
    const { endpoint } = await kit.subscribe();
    kit.receiver.reply = () => ({ status: 410 });
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    expect(kit.paused).toEqual([endpoint.endpointId]);
  });

  it('gets nothing any more once it is deleted', async () => {
    const { endpoint } = await kit.subscribe();
    kit.receiver.reply = () => ({ status: 500 });
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    await kit.endpoints().remove(contextOf({ path: 'delete' }), endpoint.endpointId);
    await advance(HOUR_MS);
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'cancelled', attempts: 1 }]);
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    expect(kit.receiver.received).toHaveLength(1);
    const [{ secrets } = { secrets: -1 }] = await kit.rig.owner.query<{ secrets: number }[]>(
      'SELECT count(*)::int AS secrets FROM webhook_secrets',
    );
    expect(secrets).toBe(0);
  });
});

describe('the HSM away', () => {
  it('is no fault of the receiver: the event waits', async () => {
    await kit.subscribe();
    await newCardWithPin(kit.rig.store);
    kit.hsm.ready = false;
    await kit.drain(replica);
    expect(await deliveriesOf()).toEqual([{ status: 'pending', attempts: 0, outcome: null }]);
    kit.hsm.ready = true;
    await advance(60_000);
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'delivered' }]);
  });
});

describe('replicas', () => {
  it('share the work: every event once, in the order of its card', async () => {
    await kit.subscribe();
    const others = [replica, await kit.replica(), await kit.replica()];
    const cards = await Promise.all(Array.from({ length: 8 }, () => newCardWithPin(kit.rig.store)));
    for (const cardId of cards) {
      await lockCard(kit.rig.store, cardId);
      await kit.rig.store.unlock(unlockOf(cardId));
    }
    await Promise.all(others.map((one) => kit.drain(one)));
    await kit.drain(replica);
    for (const cardId of cards) {
      const types = kit.got().filter((event) => event.cardId === cardId);
      expect(types.map(({ type }) => type)).toEqual([
        'pin.set',
        'pin.try_failed',
        'pin.try_failed',
        'pin.last_try',
        'pin.try_failed',
        'pin.locked',
        'pin.unlocked',
      ]);
    }
    expect(kit.got()).toHaveLength(cards.length * 7);
  });

  it('take over from one that died in the middle of a delivery, which then arrives once more', async () => {
    await kit.subscribe();
    await newCardWithPin(kit.rig.store);
    await replica.relay.execute('events');
    // It had taken the job, sent the event, and never came to write it down.
    expect(await replica.jobs.take('events', 10)).toHaveLength(1);
    const other = await kit.replica();
    await kit.drain(other);
    expect(kit.got()).toEqual([]);
    await advance(120_000);
    await other.jobs.supervise();
    await advance(60_000);
    await kit.drain(other);
    expect(kit.got()).toHaveLength(1);
  });

  it('pay no heed to one that was only slow and comes back', async () => {
    await kit.subscribe();
    await newCardWithPin(kit.rig.store);
    await replica.relay.execute('events');
    const [late] = await replica.jobs.take('events', 10);
    if (late === undefined) throw new Error('nothing was taken');
    await advance(120_000);
    await replica.jobs.supervise();
    await advance(60_000);
    const [again] = await replica.jobs.take('events', 10);
    expect(again?.id).toBe(late.id);
    await kit.rig.owner.transaction(async (manager) => replica.jobs.end(manager, late));
    const [state] = await kit.rig.owner.query<unknown[]>('SELECT state FROM pgboss.job');
    expect(state).toEqual({ state: 'active' });
  });
});

describe('a one-time password', () => {
  const issue = async (minutes = 5) => {
    const otpId = randomUUID();
    const code = '271828';
    const sealed = await kit.hsm.seal('secrets', Buffer.from(code), [
      'outbox_events.sealed',
      'default',
      otpId,
    ]);
    const data = JSON.stringify({ cardId: randomUUID(), otpId, purpose: 'pin-reset' });
    await kit.rig.owner.query(
      `INSERT INTO outbox_events (tenant_id, type, data, sealed, sealed_generation, sealed_for, expires_at)
       VALUES ('default', 'otp.issued', $1, $2, 1, $3, $4)`,
      [data, sealed.bytes, otpId, new Date(kit.clock.now() + minutes * 60_000)],
    );
    return { otpId, code };
  };
  const sealedLeft = async () =>
    (await kit.rig.owner.query<unknown[]>('SELECT FROM outbox_events WHERE sealed IS NOT NULL')).length;

  it('goes, with its code, to the endpoint that has named it alone, and is erased when it has arrived', async () => {
    await kit.subscribe();
    const { endpoint } = await kit.subscribe(['otp.issued']);
    const { otpId, code } = await issue();
    await kit.drain(replica);
    const codes = kit.receiver.received.filter(({ body }) => body.includes('"type":"otp.issued"'));
    expect(codes).toHaveLength(1);
    expect(JSON.parse(codes[0]?.body ?? '')).toMatchObject({
      type: 'otp.issued',
      data: { otpId, code },
    });
    expect(await sealedLeft()).toBe(0);
    const deliveries = kit.deliveries(replica.jobs);
    const { items } = await deliveries.list('default', endpoint.endpointId, { limit: 10 });
    expect(JSON.stringify(items)).not.toContain(code);
    const asked = { endpointId: endpoint.endpointId, deliveryId: items[0]?.deliveryId ?? '' };
    await expect(deliveries.redeliver(contextOf(), asked)).rejects.toMatchObject({
      code: 'DELIVERY_NOT_REPEATABLE',
    });
  });

  it('that cannot be delivered in its five minutes is never dead-lettered: it expires and is erased', async () => {
    await kit.subscribe(['otp.issued']);
    kit.receiver.reply = () => ({ status: 500 });
    await issue();
    await kit.drain(replica);
    expect(await sealedLeft()).toBe(1);
    await advance(11 * 60_000);
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'expired' }]);
    expect(await sealedLeft()).toBe(0);
  });

  it('whose seal was broken is given up', async () => {
    await kit.subscribe(['otp.issued']);
    await issue();
    await kit.rig.owner.query("UPDATE outbox_events SET sealed = sha256('x') WHERE sealed IS NOT NULL");
    await kit.drain(replica);
    expect(await deliveriesOf()).toMatchObject([{ status: 'dead', outcome: 'SEAL_BROKEN' }]);
    expect(kit.receiver.received).toEqual([]);
  });

  it('does not go out unsigned when the key of the secret was given up', async () => {
    await kit.subscribe(['otp.issued']);
    await issue();
    const secrets = { kind: 'secrets', generation: 1, state: 'retired' } as const;
    const keys = vi.spyOn(kit.hsm, 'registeredKeys');
    keys.mockReturnValue([{ ...secrets, fingerprint: Buffer.alloc(32), expiresAt: null }]);
    await kit.drain(replica);
    keys.mockRestore();
    expect(await deliveriesOf()).toMatchObject([{ status: 'dead', outcome: 'SEAL_BROKEN' }]);
    expect(kit.receiver.received).toEqual([]);
  });
});
