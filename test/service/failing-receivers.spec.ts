import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { WebhookReceiver } from '../webhooks/receiver.js';
import { ServiceKit } from './service-kit.js';

/** Nobody listens there. */
const NOWHERE = '127.0.0.1:1';
const SECRET_PATH = 'whsec-like-path';

const folder = mkdtempSync(join(tmpdir(), 'pinward-failing-'));
let receiver: WebhookReceiver;
let kit: ServiceKit;
let manager: string;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  kit = await ServiceKit.open({
    ...FEW_WEAK_PINS,
    WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8',
    WEBHOOK_CA_FILE: receiver.caFile,
    DEVELOPMENT_OUTBOX_FILE: undefined,
    AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoint'),
    AUDIT_WITNESS_URL: `https://${NOWHERE}/witness`,
    AUDIT_STREAM_URL: `https://${NOWHERE}/trail`,
    AUDIT_SEAL_INTERVAL_MS: '200',
    REDIS_URL: `redis://${NOWHERE}`,
  });
  manager = await kit.identity.tokenFor({ scopes: ['webhooks:manage'], clientId: 'webhook-manager' });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const readiness = async () => await kit.service.request('GET', '/health/ready');
const metrics = async () => String((await kit.service.request('GET', '/metrics')).body);
const log = () => kit.service.output;

async function subscribe(url: string, events: readonly string[]): Promise<string> {
  const { body } = await kit.post('/v1/webhook-endpoints', { url, events }, { token: manager });
  return (body as { endpointId: string }).endpointId;
}

/** Lines of the log about this endpoint. */
const linesOf = (endpoint: string) =>
  log()
    .split('\n')
    .filter((line) => line.includes(endpoint) && line.includes('could not be delivered'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('what is sent elsewhere and does not arrive', () => {
  it('of the trail, the witness and shared limits is told at once: log with its cause, metric, readiness', async () => {
    await kit.register();
    await expect.poll(readiness).toMatchObject({
      status: 200,
      body: {
        status: 'ready',
        degraded: ['audit-stream', 'audit-witness', 'rate-limits'],
        auditStreams: [{ receiver: 'https', cause: 'Error ECONNREFUSED' }],
        auditWitness: { cause: expect.stringContaining('ECONNREFUSED') as string },
        rateLimits: { cause: 'Redis does not answer' },
      },
    });
    const text = await metrics();
    expect(text).toContain('pinward_audit_witness_failing 1');
    expect(text).toContain('pinward_rate_limits_apart 1');
    expect(text).toMatch(/pinward_audit_stream_lag_lines\{receiver="https"\} [1-9]/);
    expect(log()).toMatch(/could not be streamed \(https\).*"cause":"ECONNREFUSED"/);
    expect(log()).toMatch(/its checkpoint kept.*"cause":"ECONNREFUSED"/);
    expect(log()).toMatch(/Redis does not answer: each replica.*"cause":"ECONNREFUSED"/);
  });

  it('of events is told at once by endpoint, once a cause and minute, and ends when it is taken', async () => {
    receiver.reply = () => ({ status: 503 });
    const endpointId = await subscribe(`${receiver.url}/${SECRET_PATH}`, ['pin.set']);
    await Promise.all(Array.from({ length: 3 }, () => kit.cardWithPin(randomPin())));
    await expect.poll(readiness).toMatchObject({
      status: 200,
      body: {
        degraded: expect.arrayContaining(['webhooks']) as string[],
        webhooks: { failing: [{ endpointId, paused: false, codes: false }], failingCount: 1 },
      },
    });
    expect(linesOf(endpointId)).toMatchObject([
      { level: 'warn', context: 'Webhooks', tenant: 'default', endpoint: endpointId, cause: 'HTTP 503' },
    ]);
    await expect
      .poll(metrics)
      .toMatch(/pinward_webhook_failures_total\{lane="events",reason="HTTP_5XX"\} ([3-9]|\d\d)/);
    expect(linesOf(endpointId)).toHaveLength(1);
    await expect.poll(metrics).toMatch(/pinward_webhook_oldest_seconds\{lane="events"\} [1-9.]/);
    expect(await metrics()).toContain('pinward_webhook_endpoints_failing 1');
    receiver.reply = () => ({ status: 204 });
    await expect
      .poll(async () => (await readiness()).body)
      .toMatchObject({ webhooks: { failing: [], failingCount: 0 } });
  });

  it('of one-time passwords is told with its errno, and never with the code or the URL', async () => {
    const card = await kit.cardWithPin(randomPin());
    // No endpoint has asked for codes: the cardholder would wait for nothing.
    expect((await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' })).status).toBe(202);
    await expect.poll(log).toMatch(/no endpoint of the tenant takes otp\.issued/);
    const endpointId = await subscribe(`https://${NOWHERE}/${SECRET_PATH}`, ['otp.issued']);
    expect((await kit.post(`/v1/cards/${card.cardId}/otp`, { purpose: 'pin-reset' })).status).toBe(202);
    await expect.poll(readiness).toMatchObject({
      status: 200,
      body: {
        degraded: expect.arrayContaining(['codes', 'webhooks']) as string[],
        webhooks: { failing: [{ endpointId, codes: true }] },
      },
    });
    expect(linesOf(endpointId)).toMatchObject([
      {
        message: 'a one-time password could not be delivered',
        endpoint: endpointId,
        cause: 'NO_CONNECTION: ECONNREFUSED',
      },
    ]);
    const text = await metrics();
    expect(text).toMatch(/pinward_webhook_failures_total\{lane="codes",reason="NO_CONNECTION"\} \d/);
    expect(text).toMatch(/pinward_webhook_failures_total\{lane="codes",reason="NO_ENDPOINT"\} 1/);
    for (const told of [log(), text, JSON.stringify((await readiness()).body)])
      expect(told).not.toContain(SECRET_PATH);
  });
});
