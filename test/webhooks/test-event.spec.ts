import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import type { SendTestEvent } from '#libs/webhooks';
import { contextOf, newCardWithPin } from '../store/store-kit.js';
import { HOUR_MS, WebhookKit, type Replica } from './webhook-kit.js';

let kit: WebhookKit;
let replica: Replica;
let send: SendTestEvent;
beforeEach(async () => {
  kit = await WebhookKit.open({ timeoutMs: 2_000 });
  replica = await kit.replica();
  send = kit.testEvents(replica.jobs);
});
afterEach(() => kit[Symbol.asyncDispose]());

const advance = (ms: number) => kit.clock.setTime(kit.clock.now() + ms);
const test = async (endpointId: string) => await send.execute(contextOf({ path: randomUUID() }), endpointId);

async function statusesOf(endpointId: string): Promise<readonly string[]> {
  const rows = await kit.rig.owner.query<{ status: string }[]>(
    'SELECT status FROM webhook_deliveries WHERE endpoint_id = $1 ORDER BY delivery_id',
    [endpointId],
  );
  return rows.map(({ status }) => status);
}

describe('a test event', () => {
  it('arrives signed at the endpoint that was named, whatever events that gets, and at no other', async () => {
    const { endpoint, secret } = await kit.subscribe(['pin.locked']);
    await kit.subscribe();
    await kit.drain(replica);
    kit.receiver.received.length = 0;
    const { body } = await test(endpoint.endpointId);
    await kit.drain(replica);
    const [received, ...others] = kit.receiver.received;
    expect(others).toEqual([]);
    expect(received?.headers['webhook-id']).toBe((body as { deliveryId: string }).deliveryId);
    const sent = { body: received?.body ?? '', headers: received?.headers ?? {} };
    const event = await verifyWebhook(sent, { secret: secret.reveal() });
    expect(event).toMatchObject({
      type: 'webhook_endpoint.test',
      data: { endpointId: endpoint.endpointId, by: 'someone' },
    });
  });

  it('is sent once for a request id', async () => {
    const { endpoint } = await kit.subscribe(['pin.locked']);
    const context = contextOf({ path: 'test' });
    const first = await send.execute(context, endpoint.endpointId);
    const again = await send.execute(context, endpoint.endpointId);
    expect(again).toEqual({ ...first, replayed: true });
    expect(await statusesOf(endpoint.endpointId)).toEqual(['pending']);
  });

  it('waits for nothing that has failed before, and holds nothing back', async () => {
    const { endpoint } = await kit.subscribe(['pin.set']);
    kit.receiver.reply = () => ({ status: 500 });
    await newCardWithPin(kit.rig.store);
    await kit.drain(replica);
    await test(endpoint.endpointId);
    await kit.drain(replica);
    kit.receiver.reply = () => ({ status: 200 });
    await test(endpoint.endpointId);
    await kit.drain(replica);
    expect(await statusesOf(endpoint.endpointId)).toEqual(['pending', 'pending', 'delivered']);
  });

  it('is tried again for ten minutes, not for days', async () => {
    const { endpoint } = await kit.subscribe(['pin.locked']);
    kit.receiver.reply = () => ({ status: 500 });
    await test(endpoint.endpointId);
    await kit.drain(replica);
    await advance(HOUR_MS / 60);
    kit.receiver.reply = () => ({ status: 200 });
    await kit.drain(replica);
    expect(await statusesOf(endpoint.endpointId)).toEqual(['delivered']);
    kit.receiver.reply = () => ({ status: 500 });
    await test(endpoint.endpointId);
    await kit.drain(replica);
    await advance(HOUR_MS / 6);
    await kit.drain(replica);
    expect(await statusesOf(endpoint.endpointId)).toEqual(['delivered', 'expired']);
    expect(kit.receiver.received).toHaveLength(3);
  });

  it("is refused for an endpoint that is unknown, deleted or another tenant's", async () => {
    const { endpoint } = await kit.subscribe(['pin.locked']);
    const refusal = { code: 'WEBHOOK_ENDPOINT_NOT_FOUND' };
    await expect(test('no-id')).rejects.toMatchObject(refusal);
    await expect(test(randomUUID())).rejects.toMatchObject(refusal);
    const elsewhere = { ...contextOf({ path: 'elsewhere' }), tenantId: 'elsewhere' };
    await expect(send.execute(elsewhere, endpoint.endpointId)).rejects.toMatchObject(refusal);
    await kit.endpoints().remove(contextOf({ path: 'remove' }), endpoint.endpointId);
    await expect(test(endpoint.endpointId)).rejects.toMatchObject(refusal);
    expect(await statusesOf(endpoint.endpointId)).toEqual([]);
  });
});
