import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evaluate, newCardWithPin } from '../store/store-kit.js';
import { HOUR_MS, WebhookKit, type Replica } from './webhook-kit.js';

const CARDS = 12;
const MINUTES = 60;

let kit: WebhookKit;
let replicas: Replica[];
beforeEach(async () => {
  kit = await WebhookKit.open({ timeoutMs: 2_000 });
  replicas = [await kit.replica(), await kit.replica()];
});
afterEach(() => kit[Symbol.asyncDispose]());

const anyReplica = () => replicas[randomInt(replicas.length)] as Replica;

/** An event of a transaction that does not commit. */
async function rollBackEvent(cardId: string): Promise<void> {
  const runner = kit.rig.dataSource.createQueryRunner();
  await runner.startTransaction();
  await runner.query(
    "INSERT INTO outbox_events (tenant_id, type, card_id, data) VALUES ('default', 'pin.undone', $1, $2)",
    [cardId, JSON.stringify({ cardId })],
  );
  await runner.rollbackTransaction();
  await runner.release();
}

/** A worker that has taken deliveries, and perhaps sent them, and is killed before it can write that down. */
async function killMidDelivery(): Promise<void> {
  const { jobs } = anyReplica();
  await jobs.take('events', randomInt(1, 6));
}

describe('a receiver that is down for an hour, while workers are killed', () => {
  it('gets every committed event in the order of its card, and none that was rolled back', async () => {
    await kit.subscribe();
    kit.receiver.reply = () => ({ status: 503 });
    const cards = await Promise.all(Array.from({ length: CARDS }, () => newCardWithPin(kit.rig.store)));
    const expected = new Map(cards.map((cardId) => [cardId, ['pin.set']]));
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const cardId = cards[randomInt(CARDS)] ?? '';
      await rollBackEvent(cardId);
      await evaluate(kit.rig.store, cardId, 'not-matched');
      expected.get(cardId)?.push('pin.try_failed');
      // A success is no event, and keeps the card from being locked.
      await evaluate(kit.rig.store, cardId, 'matched');
      const { relay, lanes, jobs } = anyReplica();
      await relay.execute('events');
      await lanes.events.fill();
      await lanes.events.settled();
      if (minute % 5 === 0) await killMidDelivery();
      await kit.clock.setTime(kit.clock.now() + 60_000);
      await jobs.supervise();
    }
    expect(kit.receiver.received.length).toBeGreaterThan(CARDS);
    const downUntil = kit.receiver.received.length;
    kit.receiver.reply = () => ({ status: 200 });
    for (let half = 0; half < 8; half += 1) {
      await kit.clock.setTime(kit.clock.now() + HOUR_MS / 2);
      await anyReplica().jobs.supervise();
      await kit.drain(anyReplica());
    }
    const taken = kit.got().slice(downUntil);
    for (const [cardId, types] of expected) {
      expect(taken.filter((event) => event.cardId === cardId).map(({ type }) => type)).toEqual(types);
    }
    expect(kit.got().map(({ type }) => type)).not.toContain('pin.undone');
    const left = await kit.rig.owner.query<unknown[]>(
      "SELECT FROM webhook_deliveries WHERE status <> 'delivered'",
    );
    expect(left).toEqual([]);
  });
});
