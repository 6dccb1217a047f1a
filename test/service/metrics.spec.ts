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

it('are those that docs/metrics.md explains', async () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const told = [...page.matchAll(/^\| `(pinward_\w+)`/gm)].map(([, name]) => name);
  const exposed = [...(await scrape()).matchAll(/^# TYPE (pinward_\w+) /gm)].map(([, name]) => name);
  expect(exposed.toSorted()).toEqual(told.toSorted());
});
