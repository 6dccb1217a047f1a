import { randomInt, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess, ServiceResponse } from '../support/service-process.js';
import { ServiceRig } from './service-rig.js';
import { welchT } from './timing/welch.js';

/** Of each group. */
const SAMPLES = scaled({ ci: 400, full: 3_000 });
const WARM_UP = 200;
const TOLD_APART = 4;
const TELLING_SERVICE = fileURLToPath(new URL('timing/telling-service.ts', import.meta.url));

let rig: ServiceRig;
let stranger: string;

beforeAll(async () => {
  rig = await ServiceRig.open();
  await rig.owner.query("INSERT INTO tenants (tenant_id) VALUES ('other')");
  stranger = await rig.tokenFor({
    clientId: 'stranger',
    tenantId: 'other',
    scopes: ['cards:read', 'cards:write', 'pin:validate'],
  });
});
afterAll(async () => await rig[Symbol.asyncDispose]());

type Call = (cardId: string) => Promise<ServiceResponse>;

/** Durations of the two groups, drawn in random order, so that what changes over time changes both. */
async function durations(
  call: Call,
  foreign: readonly string[],
): Promise<{ unknown: number[]; foreign: number[] }> {
  const taken = { unknown: [] as number[], foreign: [] as number[] };
  for (let drawn = -WARM_UP; taken.unknown.length < SAMPLES || taken.foreign.length < SAMPLES; drawn += 1) {
    const group = randomInt(2) === 0 ? 'unknown' : 'foreign';
    const cardId = group === 'unknown' ? randomUUID() : (foreign[randomInt(foreign.length)] ?? '');
    const began = performance.now();
    const { status, body } = await call(cardId);
    const took = performance.now() - began;
    expect({ status, body }).toMatchObject({ status: 404, body: { code: 'CARD_NOT_FOUND' } });
    if (drawn >= 0) taken[group].push(took);
  }
  return taken;
}

async function cardsOf(service: ServiceProcess): Promise<string[]> {
  const cards: string[] = [];
  while (cards.length < 20) cards.push((await rig.app.cardWithPin(service, randomPin())).cardId);
  return cards;
}

describe("another tenant's card", () => {
  it('cannot be told from an unknown one by time, reading it or validating its PIN', async () => {
    const service = await rig.start();
    const foreign = await cardsOf(service);
    const template = await rig.app.validation(await rig.app.cardWithPin(service, randomPin()), randomPin());
    const read: Call = (cardId) => service.request('GET', `/v1/cards/${cardId}`, { token: stranger });
    const validate: Call = (cardId) => {
      const headers = { 'x-request-id': randomUUID() };
      const body = JSON.parse(template.body) as unknown;
      return service.request('POST', `/v1/cards/${cardId}/pin/validate`, { token: stranger, body, headers });
    };
    for (const call of [read, validate]) {
      const taken = await durations(call, foreign);
      expect(Math.abs(welchT(taken.unknown, taken.foreign))).toBeLessThan(TOLD_APART);
    }
    await service.stop();
  });

  it('can, where it takes one more look into the database: this test would see it', async () => {
    const service = await rig.start({ entry: TELLING_SERVICE });
    const foreign = await cardsOf(service);
    const read: Call = (cardId) => service.request('GET', `/v1/cards/${cardId}`, { token: stranger });
    const taken = await durations(read, foreign);
    expect(Math.abs(welchT(taken.unknown, taken.foreign))).toBeGreaterThan(TOLD_APART);
    await service.stop();
  });
});
