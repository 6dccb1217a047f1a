import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { compiledFile } from '#libs/program-files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientRegistry, ClientSecret } from '#libs/api-clients';
import { randomPin } from '../support/random-pin.js';
import { scaled } from '../support/scale.js';
import type { ServiceProcess, ServiceResponse } from '../rigs/service-process.js';
import { ServiceRig } from './service-rig.js';
import { welchT } from './timing/welch.js';

/** Of each group. */
const SAMPLES = scaled({ ci: 400, full: 3_000 });
const WARM_UP = 200;
const TOLD_APART = 4;
const TELLING_SERVICE = compiledFile('test/rigs/telling-service.js');

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

describe("a client's right secret from an address that is none of its own", () => {
  it('cannot be told from a wrong one by time', async () => {
    const service = await rig.start();
    const { clientId, secret } = await farClient();
    const wrong = ClientSecret.generate().reveal();
    const ask = async (id: string, clientSecret: string): Promise<number> => {
      const form = { grant_type: 'client_credentials', client_id: id, client_secret: clientSecret };
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const began = performance.now();
      const body = new URLSearchParams(form).toString();
      const { status } = await service.request('POST', '/v1/oauth/token', { body, headers });
      expect(status).toBe(401);
      return performance.now() - began;
    };
    const taken = await timesOf(
      () => ask(clientId, secret),
      () => ask(clientId, wrong),
    );
    expect(Math.abs(welchT(taken.one, taken.other))).toBeLessThan(TOLD_APART);
    await service.stop();
  });
});

async function farClient(): Promise<{ clientId: string; secret: string }> {
  const policy = {
    secretOverlapHours: 24,
    secretMaxAgeDays: 90,
    refuseOldSecrets: false,
    allowAnyAddress: true,
  };
  const clients = new ClientRegistry(rig.owner, policy);
  const context = {
    tenantId: 'default',
    clientId: 'test',
    subject: 'test',
    sourceAddress: '127.0.0.1',
    requestId: randomUUID(),
    claim: { key: randomBytes(32), fingerprint: null },
  };
  const asked = { clientId: 'far-client', scopes: ['pin:validate'], allowedAddresses: ['192.0.2.0/24'] };
  const { client, secret } = await clients.create(context, asked);
  return { clientId: client.clientId, secret: secret.reveal() };
}

/** As `durations`, of two kinds of calls. */
async function timesOf(
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<{ one: number[]; other: number[] }> {
  const taken = { one: [] as number[], other: [] as number[] };
  for (let times = -WARM_UP; taken.one.length < SAMPLES || taken.other.length < SAMPLES; times += 1) {
    const group = randomInt(2) === 0 ? 'one' : 'other';
    const took = await (group === 'one' ? one() : other());
    if (times >= 0) taken[group].push(took);
  }
  return taken;
}
