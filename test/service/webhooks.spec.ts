import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import { WebhookReceiver, type ReceivedEvent } from '../webhooks/receiver.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { ServiceKit } from './service-kit.js';
import { guideReceiverAccepts } from '../webhooks/guide-receiver.js';

let receiver: WebhookReceiver;
let kit: ServiceKit;
let manager: string;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  kit = await ServiceKit.open({
    ...FEW_WEAK_PINS,
    WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
    WEBHOOK_CA_FILE: receiver.caFile,
    WEBHOOK_SOURCE_ADDRESSES: '192.0.2.10/32',
    DEVELOPMENT_OUTBOX_FILE: undefined,
  });
  manager = await kit.identity.tokenFor({ scopes: ['webhooks:manage'], clientId: 'webhook-manager' });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.reply = () => ({ status: 200 });
});

interface Endpoint {
  readonly endpointId: string;
  readonly secret: string;
}

const post = async (path: string, body: unknown = {}, requestId: string = randomUUID()) =>
  await kit.post(`/v1/webhook-endpoints${path}`, body, { token: manager, requestId });
const get = async (path: string, token = manager) =>
  await kit.service.request('GET', `/v1/webhook-endpoints${path}`, { token });
const remove = async (endpointId: string) =>
  await kit.service.request('DELETE', `/v1/webhook-endpoints/${endpointId}`, { token: manager });

async function subscribe(events?: readonly string[]): Promise<Endpoint> {
  const { status, body } = await post('', { url: receiver.url, ...(events === undefined ? {} : { events }) });
  expect(status).toBe(201);
  return body as Endpoint;
}

async function arrived(count: number): Promise<readonly ReceivedEvent[]> {
  while (receiver.received.length < count) await kit.service.request('GET', '/health/live');
  return receiver.received;
}

async function opened(received: ReceivedEvent | undefined, secret: string) {
  return await verifyWebhook({ body: received?.body ?? '', headers: received?.headers ?? {} }, { secret });
}

describe('webhooks', () => {
  it('arrive signed, for receivers of both kinds, with a secret shown once', async () => {
    const { endpointId, secret } = await subscribe();
    const card = await kit.register({ pan: '4000001234567899' });
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    await kit.post(`/v1/cards/${card.cardId}/close`, {});
    for (const { body, headers } of await arrived(2)) {
      const event = await verifyWebhook({ body, headers }, { secret });
      expect(event.data).toMatchObject({ cardId: card.cardId, maskedPan: 'XXXX7899' });
      expect(body).not.toContain('4000001234567899');
      const signature = String(headers['x-m2p-signature']);
      expect(guideReceiverAccepts(JSON.parse(body), signature, secret)).toBe(true);
    }
    const { body: listed } = await get('');
    expect(listed).toMatchObject({
      items: [{ endpointId, status: 'active' }],
      sourceAddresses: ['192.0.2.10/32'],
    });
    expect(JSON.stringify(listed)).not.toContain(secret);
    await remove(endpointId);
  });

  it('are signed with both secrets after a rotation', async () => {
    const first = await subscribe(['pin.set']);
    const rotated = (await post(`/${first.endpointId}/rotate-secret`)).body as Endpoint;
    expect(rotated.secret).not.toBe(first.secret);
    const card = await kit.register();
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    const [event] = await arrived(1);
    for (const secret of [first.secret, rotated.secret])
      expect(await opened(event, secret)).toMatchObject({ type: 'pin.set' });
    await remove(first.endpointId);
  });

  it('bring the code of a one-time password to the endpoint that named it, and it works', async () => {
    const { endpointId, secret } = await subscribe(['otp.issued']);
    const card = await kit.register();
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' });
    const [event] = await arrived(1);
    const { data } = await opened(event, secret);
    const otp = { otpId: data['otpId'], code: data['code'] };
    const newPin = await kit.encrypt('8520', card);
    const { status } = await kit.post(`/v1/cards/${card.cardId}/pin/reset`, { newPin, otp });
    expect(status).toBe(200);
    await remove(endpointId);
  });

  it('that failed are listed, and delivered when an operator asks', async () => {
    const { endpointId } = await subscribe(['pin.set']);
    const card = await kit.register();
    await kit.post(`/v1/cards/${card.cardId}/pin`, { encryptedPin: await kit.encrypt('4071', card) });
    await arrived(1);
    interface Listed {
      readonly items: readonly { readonly deliveryId: string; readonly status: string }[];
    }
    let items: Listed['items'] = [];
    while (items[0]?.status !== 'delivered')
      ({ items } = (await get(`/${endpointId}/deliveries`)).body as Listed);
    const path = `/${endpointId}/deliveries/${items[0]?.deliveryId}/redeliver`;
    expect(await post(path)).toMatchObject({ status: 202, body: { status: 'pending' } });
    const [first, again] = await arrived(2);
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    await remove(endpointId);
    expect((await get(`/${endpointId}/deliveries`)).status).toBe(404);
  });
});

describe('a test event', () => {
  it('arrives when it is asked for, is listed and is recorded; ten a minute and client', async () => {
    const { endpointId, secret } = await subscribe(['otp.issued']);
    const tested = await post(`/${endpointId}/test`);
    expect(tested).toMatchObject({ status: 202, body: { status: 'pending' } });
    const [event] = await arrived(1);
    const received = await opened(event, secret);
    expect(received).toMatchObject({ type: 'webhook_endpoint.test', data: { endpointId } });
    const { items } = (await get(`/${endpointId}/deliveries`)).body as { items: readonly unknown[] };
    expect(items).toMatchObject([{ type: 'webhook_endpoint.test' }]);
    const owner = await kit.openOwner();
    const lines = await owner.query("SELECT result, details FROM audit_events WHERE action = 'webhook.test'");
    const { deliveryId } = tested.body as { deliveryId: string };
    expect(lines).toEqual([{ result: 'accepted', details: JSON.stringify({ endpointId, deliveryId }) }]);
    const more = await Promise.all(Array.from({ length: 10 }, () => post(`/${endpointId}/test`)));
    const refused = more.filter(({ status }) => status === 429);
    expect(refused).toMatchObject([
      { body: { code: 'OPERATION_RATE_LIMITED', limit: 'client-webhook-tests' } },
    ]);
    await arrived(10);
    await remove(endpointId);
  });
});

describe('an endpoint', () => {
  it('is made once for a request id, whose repeat shows no secret', async () => {
    const requestId = randomUUID();
    const created = await post('', { url: receiver.url }, requestId);
    const repeated = await post('', { url: receiver.url }, requestId);
    expect(repeated).toMatchObject({ status: 409, body: { code: 'REQUEST_NOT_REPLAYABLE' } });
    await remove((created.body as Endpoint).endpointId);
  });

  it.each([
    ['http://receiver.example/', 'https'],
    ['https://10.0.0.1/', 'private'],
    ['https://[::ffff:192.168.0.1]/', 'private'],
    ['https://169.254.169.254/', 'private'],
    ['https://user:pass@receiver.example/', 'credentials'],
  ])('is not %s', async (url, word) => {
    const { status, body } = await post('', { url });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [{ pointer: '/url', detail: expect.stringContaining(word) as string }],
    });
    expect(JSON.stringify(body)).not.toContain(url);
  });

  it('of another tenant is unknown', async () => {
    const { endpointId } = await subscribe();
    const stranger = await kit.identity.tokenFor({ scopes: ['webhooks:manage'], tenantId: 'other' });
    expect((await get(`/${endpointId}`, stranger)).status).toBe(404);
    expect((await get('', stranger)).body).toMatchObject({ items: [] });
    expect((await get('/not-an-id')).status).toBe(404);
    await remove(endpointId);
  });
});
