import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contextOf } from '../store/store-kit.js';
import { WebhookReceiver, type ReceivedEvent } from './receiver.js';
import { SLOTS, WebhookKit, type Replica } from './webhook-kit.js';

const EVENTS = 140;

let kit: WebhookKit;
let hanging: WebhookReceiver;
let replica: Replica;
beforeEach(async () => {
  // No request of this file ends by itself: what arrives, arrives while others hang.
  kit = await WebhookKit.open({ timeoutMs: 600_000 });
  hanging = await kit.receiver.another();
  hanging.reply = () => null;
  replica = await kit.replica();
});
afterEach(async () => {
  // What hangs ends now, and nothing more is begun.
  const ended = Object.values(replica.lanes).map((lane) => lane.end());
  await hanging[Symbol.asyncDispose]();
  await Promise.all(ended);
  await kit[Symbol.asyncDispose]();
});

async function newTenant(): Promise<string> {
  const tenantId = `tenant-${randomUUID().slice(0, 8)}`;
  await kit.rig.owner.query('INSERT INTO tenants (tenant_id) VALUES ($1)', [tenantId]);
  return tenantId;
}

async function issueCodes(tenantId: string, count: number): Promise<void> {
  for (let issued = 0; issued < count; issued += 1) {
    const otpId = randomUUID();
    const owner = ['outbox_events.sealed', tenantId, otpId];
    const sealed = await kit.hsm.seal('secrets', Buffer.from('271828'), owner);
    await kit.rig.owner.query(
      `INSERT INTO outbox_events (tenant_id, type, data, sealed, sealed_generation, sealed_for, expires_at)
       VALUES ($1, 'otp.issued', '{}', $2, 1, $3, $4)`,
      [tenantId, sealed.bytes, otpId, new Date(kit.clock.now() + 300_000)],
    );
  }
}

async function writeEvents(tenantId: string, count: number): Promise<void> {
  await kit.rig.owner.query(
    `INSERT INTO outbox_events (tenant_id, type, card_id, data)
     SELECT $1, 'pin.set', gen_random_uuid(), '{}' FROM generate_series(1, $2::int)`,
    [tenantId, count],
  );
}

async function subscribe(tenantId: string, url: string, events?: readonly ['otp.issued']): Promise<void> {
  const context = { ...contextOf({ path: '/v1/webhook-endpoints' }), tenantId };
  await kit.endpoints().create(context, { url, events });
}

/** Polls what a receiver has got; the deadline is the test's. */
async function arrived(receiver: WebhookReceiver, count: number): Promise<readonly ReceivedEvent[]> {
  while (receiver.received.length < count) await new Promise(setImmediate);
  return receiver.received;
}

const tenantOf = ({ body }: ReceivedEvent) => (JSON.parse(body) as { tenant: string }).tenant;

describe.each(['events', 'codes'] as const)('in the lane of %s', (lane) => {
  const write = lane === 'codes' ? issueCodes : writeEvents;
  const events = lane === 'codes' ? (['otp.issued'] as const) : undefined;

  it('a tenant whose four receivers hang holds a part of the slots, and another gets its own at once', async () => {
    const [slow, other] = [await newTenant(), await newTenant()];
    for (let endpoint = 0; endpoint < 4; endpoint += 1) await subscribe(slow, hanging.url, events);
    await subscribe(other, kit.receiver.url, events);
    await write(slow, EVENTS);
    await replica.relay.execute(lane);
    await replica.lanes[lane].fill();
    await arrived(hanging, SLOTS / 3);
    await write(other, 3);
    while ((await replica.relay.execute(lane)).more);
    await replica.lanes[lane].fill();
    expect((await arrived(kit.receiver, 3)).map(tenantOf)).toEqual([other, other, other]);
    expect(hanging.received.length).toBeLessThanOrEqual(SLOTS / 3 + 1);
  });

  it('six such tenants leave slots for a seventh', async () => {
    for (let tenant = 0; tenant < 6; tenant += 1) {
      const slow = await newTenant();
      for (let endpoint = 0; endpoint < 4; endpoint += 1) await subscribe(slow, hanging.url, events);
      await write(slow, 10);
      while ((await replica.relay.execute(lane)).more);
      await replica.lanes[lane].fill();
    }
    const other = await newTenant();
    await subscribe(other, kit.receiver.url, events);
    await write(other, 3);
    await replica.relay.execute(lane);
    await replica.lanes[lane].fill();
    expect((await arrived(kit.receiver, 3)).map(tenantOf)).toEqual([other, other, other]);
    expect(new Set(hanging.received.map(tenantOf)).size).toBe(6);
  });

  it('one receiver that hangs holds no more than four, however many ask at once', async () => {
    const tenant = await newTenant();
    await subscribe(tenant, hanging.url, events);
    await subscribe(tenant, kit.receiver.url, events);
    await write(tenant, 20);
    await replica.relay.execute(lane);
    await Promise.all(Array.from({ length: 8 }, () => replica.lanes[lane].fill()));
    await arrived(kit.receiver, 20);
    expect(hanging.received).toHaveLength(4);
  });
});

describe('a one-time password', () => {
  it('waits for no other event, also where the receivers of its own tenant hang', async () => {
    const tenant = await newTenant();
    for (let endpoint = 0; endpoint < 4; endpoint += 1) await subscribe(tenant, hanging.url);
    await subscribe(tenant, kit.receiver.url, ['otp.issued']);
    await writeEvents(tenant, EVENTS);
    await issueCodes(tenant, 1);
    // Its relay passes those that came before and are not relayed yet.
    await replica.relay.execute('codes');
    await replica.lanes.codes.fill();
    await arrived(kit.receiver, 1);
    const left = await kit.rig.owner.query<unknown[]>(
      "SELECT FROM outbox_events WHERE relayed_at IS NULL AND type = 'pin.set'",
    );
    expect(left).toHaveLength(EVENTS);
  });

  it('that the version before put into the queue of events is delivered', async () => {
    const tenant = await newTenant();
    await subscribe(tenant, kit.receiver.url, ['otp.issued']);
    await issueCodes(tenant, 1);
    await replica.relay.execute('codes');
    await kit.rig.owner.query(
      `UPDATE pgboss.job SET name = 'webhook-deliveries', policy = 'key_strict_fifo', singleton_key = id::text`,
    );
    await replica.lanes.events.fill();
    expect(await arrived(kit.receiver, 1)).toHaveLength(1);
  });

  it('is not relayed while the version before relays', async () => {
    const tenant = await newTenant();
    await subscribe(tenant, kit.receiver.url, ['otp.issued']);
    await issueCodes(tenant, 1);
    await kit.rig.owner.transaction(async (before) => {
      await before.query("SELECT pg_advisory_xact_lock(hashtext('pinward webhook relay'))");
      expect(await replica.relay.execute('codes')).toMatchObject({ relayed: 0, more: false });
    });
    expect(await replica.relay.execute('codes')).toMatchObject({ relayed: 1 });
  });
});
