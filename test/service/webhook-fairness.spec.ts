import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import { WebhookReceiver } from '../webhooks/receiver.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { ServiceKit } from './service-kit.js';

/** Longer than the test may take: what it shows arrives while these requests hang. */
const HANGING_MS = '30000';
const HANGING_ENDPOINTS = 4;
const EVENTS = 140;

let hanging: WebhookReceiver;
let receiver: WebhookReceiver;
let kit: ServiceKit;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  hanging = await receiver.another();
  hanging.reply = () => null;
  kit = await ServiceKit.open({
    ...FEW_WEAK_PINS,
    WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
    WEBHOOK_CA_FILE: receiver.caFile,
    WEBHOOK_TIMEOUT_MS: HANGING_MS,
    DEVELOPMENT_OUTBOX_FILE: undefined,
  });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await hanging[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

async function subscribe(tenantId: string, url: string, events?: readonly string[]): Promise<string> {
  const clientId = `manager-of-${tenantId}`;
  const token = await kit.identity.tokenFor({ scopes: ['webhooks:manage'], clientId, tenantId });
  const options = { token, requestId: randomUUID() };
  const { status, body } = await kit.post('/v1/webhook-endpoints', { url, events }, options);
  expect(status).toBe(201);
  return (body as { secret: string }).secret;
}

it("a tenant's one-time password arrives while all the receivers of another tenant hang", async () => {
  for (let endpoint = 0; endpoint < HANGING_ENDPOINTS; endpoint += 1) await subscribe('other', hanging.url);
  const secret = await subscribe('default', receiver.url, ['otp.issued']);
  const owner = await kit.openOwner();
  await owner.query(
    `INSERT INTO outbox_events (tenant_id, type, card_id, data)
     SELECT 'other', 'pin.set', card, json_build_object('cardId', card, 'cardRef', 'ref', 'requestId', 'r',
       'pinStatus', 'active', 'triesRemaining', 3)
       FROM generate_series(1, ${EVENTS}), LATERAL (SELECT gen_random_uuid() AS card WHERE generate_series > 0) AS c`,
  );
  while (hanging.received.length < HANGING_ENDPOINTS) await kit.service.request('GET', '/health/live');
  const card = await kit.cardWithPin('4071');
  const { otpId } = (await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' })).body as {
    otpId: string;
  };
  while (receiver.received.length === 0) await kit.service.request('GET', '/health/live');
  const [{ body, headers } = { body: '', headers: {} }] = receiver.received;
  expect((await verifyWebhook({ body, headers }, { secret })).data).toMatchObject({ otpId });
});
