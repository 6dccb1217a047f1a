import { afterAll, beforeAll, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { scaled } from '../support/scale.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { ServiceKit, type KnownCard } from '../service/service-kit.js';
import { WebhookReceiver } from '../webhooks/receiver.js';
import { until } from '../support/until.js';

const KILLS = scaled({ ci: 2, full: 20 });

let receiver: WebhookReceiver;
let kit: ServiceKit;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  kit = await ServiceKit.open(settings());
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const settings = () => ({
  ...FEW_WEAK_PINS,
  WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
  WEBHOOK_CA_FILE: receiver.caFile,
});

it(`a delivery whose service is killed in the middle is made again by another, ${KILLS} times`, async () => {
  const manager = await kit.identity.tokenFor({ scopes: ['webhooks:manage'], clientId: 'manager' });
  const owner = await kit.openOwner();
  await kit.post('/v1/webhook-endpoints', { url: receiver.url }, { token: manager });
  let { service } = kit;
  for (let kill = 0; kill < KILLS; kill += 1) {
    receiver.received.length = 0;
    // It has the event, and says nothing.
    receiver.reply = () => null;
    const registered = await service.request('POST', '/v1/cards', {
      token: kit.cardApp,
      body: { cardRef: `killed-${kill}` },
    });
    const card = registered.body as KnownCard;
    const encryptedPin = await kit.encrypt('4071', card);
    const path = `/v1/cards/${card.cardId}/pin`;
    const body = { encryptedPin };
    expect((await service.request('POST', path, { token: kit.cardApp, body })).status).toBe(201);
    await until('the event', () => receiver.received.length === 1);
    process.kill(service.pid, 'SIGKILL');
    await service.exited;

    receiver.reply = () => ({ status: 200 });
    const { identity, token, database } = kit;
    service = await ServiceProcess.start({
      identity,
      token,
      databaseUrl: database.serviceUrl,
      environment: settings(),
    });
    // A minute has passed, as the job queue sees it, and then the pause before the next attempt.
    await owner.query(
      "UPDATE pgboss.job SET started_on = started_on - interval '5 minutes' WHERE state = 'active'",
    );
    await until('the event again', async () => {
      await owner.query("UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'");
      return receiver.received.length > 1;
    });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    await until('the end of it', async () => {
      const left = await owner.query<unknown[]>("SELECT FROM webhook_deliveries WHERE status = 'pending'");
      return left.length === 0;
    });
    expect(receiver.received).toHaveLength(2);
  }
  await service.stop();
});
