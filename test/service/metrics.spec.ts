import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit } from './service-kit.js';

const folder = mkdtempSync(join(tmpdir(), 'pinward-metrics-'));
let kit: ServiceKit;
beforeAll(async () => {
  // With all that is measured only where it is there.
  kit = await ServiceKit.open({ AUDIT_STREAM_FILE: join(folder, 'trail.jsonl') });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function scrape(): Promise<string> {
  const { status, headers, body } = await kit.service.request('GET', '/metrics', {});
  expect({ status, type: headers['content-type'] }).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
  });
  return body as string;
}

it('counts requests, problems and outcomes, under labels of closed sets', async () => {
  const pin = randomPin();
  const card = await kit.cardWithPin(pin);
  await kit.validate(card, pin);
  await kit.validate(card, randomPin());
  await kit.service.request('GET', '/v1/4111111111111111/nowhere?pan=4111111111111111', {});
  const text = await scrape();
  expect(text).toContain('pinward_pin_outcomes_total{outcome="matched"} 1');
  expect(text).toContain('pinward_pin_outcomes_total{outcome="not-matched"} 1');
  expect(text).toContain('pinward_pin_outcomes_total{outcome="set"} 1');
  expect(text).toContain('pinward_problems_total{code="ROUTE_NOT_FOUND"} 1');
  expect(text).toContain('pinward_hsm_ready 1');
  expect(text).toMatch(
    /pinward_http_request_duration_seconds_count\{route="\/v1\/cards\/:cardId\/pin\/validate",method="POST",status="200"\} 2/,
  );
  expect(text).not.toContain(card.cardId);
  expect(text).not.toContain('4111111111111111');
});

it('counts locks, limits and answers that were given again, each once', async () => {
  const pin = randomPin();
  const card = await kit.cardWithPin(pin);
  const wrong = pin === '4821' ? '4812' : '4821';
  for (let tries = 0; tries < 4; tries += 1) await kit.validate(card, wrong);
  const open = await kit.cardWithPin(pin);
  const body = { encryptedPin: await kit.encrypt(pin, open) };
  const path = `/v1/cards/${open.cardId}/pin/validate`;
  const answers = [
    await kit.post(path, body, { requestId: 'once-more' }),
    await kit.post(path, body, { requestId: 'once-more' }),
  ];
  expect(answers.map(({ headers }) => headers['idempotent-replayed'])).toEqual([undefined, 'true']);
  const text = await scrape();
  expect(text).toContain('pinward_card_locks_total 1');
  expect(text).toContain('pinward_replayed_answers_total 1');
  expect(text).toMatch(/^pinward_problems_total\{code="PIN_LOCKED"\} \d+$/m);
});

it('tells how long HSM and database take, by what they were asked', async () => {
  const text = await scrape();
  expect(text).toMatch(/^pinward_hsm_operation_duration_seconds_count\{operation="match"\} [1-9]/m);
  expect(text).toMatch(
    /^pinward_database_statement_duration_seconds_count\{statement="pinward_spend_limited"\} [1-9]/m,
  );
  expect(text).toMatch(/^pinward_database_statement_duration_seconds_count\{statement="other"\} [1-9]/m);
  expect(text).toMatch(/^pinward_database_connection_wait_seconds_count [1-9]/m);
  const statements = [...text.matchAll(/duration_seconds_count\{statement="([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(statements.filter((name) => !/^(pinward_\w+|other)$/.test(name ?? ''))).toEqual([]);
});

it('tells once a minute what is due, how far partitions reach, and whose clock is ahead', async () => {
  const value = async (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await scrape())?.[1]);
  expect(await value('pinward_housekeeping_age_seconds')).toBeLessThan(3_600);
  expect(Math.abs(await value('pinward_database_clock_offset_seconds'))).toBeLessThan(60);
  // Of the request ids: today and two days more.
  expect(await value('pinward_partitions_ahead_seconds')).toBeGreaterThan(2 * 86_400 - 60);
  expect(await value('pinward_partitions_ahead_seconds')).toBeLessThanOrEqual(3 * 86_400);
  expect(await value('pinward_keys_due')).toBe(0);
  expect(await value('pinward_client_credentials_old')).toBe(0);
  expect(await value('pinward_webhook_dead_deliveries')).toBe(0);
  expect(await scrape()).toMatch(/^pinward_key_age_seconds\{kind="pin-transport"\} \S+$/m);
});

it('are those that docs/metrics.md explains', async () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| `(pinward_\w+)`/gm)].map(([, name]) => name);
  const exposed = [...(await scrape()).matchAll(/^# TYPE (pinward_\w+) /gm)].map(([, name]) => name);
  expect(exposed.toSorted()).toEqual(told.toSorted());
});
