import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyWebhook } from '#libs/client/webhooks';
import { pinctl } from '../pinctl/run-pinctl.js';
import { ServiceProcess, type ServiceResponse } from '../rigs/service-process.js';
import { buildShim, shimEnvironment, ShimLog } from '../rigs/shim.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { until } from '../support/until.js';
import { WebhookReceiver } from '../webhooks/receiver.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

/** Five wrong PINs in five minutes are the most that is no alarm. */
const ENVIRONMENT = { ...FEW_WEAK_PINS, ALARM_PAUSE: 'true', ALARM_FLOOR: '5' };
const SPRAYER = 'spraying-app';
const SCOPES = [
  'cards:read',
  'cards:reveal',
  'pin:set',
  'pin:validate',
  'pin:change',
  'pin:reset',
  'otp:issue',
];
/** The detection is seconds behind: it must have stopped the spray by then. */
const CARDS_AT_MOST = 300;

let receiver: WebhookReceiver;
let kit: ServiceKit;
/** Where no alarm may have been raised; its calls of the module are counted. */
let other: ServiceProcess;
let owner: DataSource;
let spraying: string;
let operator: string;
let secret: string;
beforeAll(async () => {
  receiver = await WebhookReceiver.open();
  receiver.reply = () => ({ status: 200 });
  const webhooks = { WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8', WEBHOOK_CA_FILE: receiver.caFile };
  kit = await ServiceKit.open({ ...ENVIRONMENT, ...webhooks });
  owner = await kit.openOwner();
  const { module } = kit.token;
  other = await ServiceProcess.start({
    identity: kit.identity,
    databaseUrl: kit.database.serviceUrl,
    token: kit.token,
    module: buildShim(),
    environment: { ...ENVIRONMENT, ...webhooks, ...shimEnvironment({ module, log: shimLog() }) },
  });
  spraying = await kit.identity.tokenFor({ scopes: SCOPES, clientId: SPRAYER });
  const scopes = ['ops:read', 'ops:brakes', 'webhooks:manage'];
  operator = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
  const endpoint = { url: receiver.url, events: ['security.alarm', 'brake.pulled', 'brake.released'] };
  const made = await kit.post('/v1/webhook-endpoints', endpoint, { token: operator });
  ({ secret } = made.body as { secret: string });
});
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

const shimLog = () => join(kit.token.directory, 'alarms-shim.log');
const unwraps = () => new ShimLog(shimLog()).unwraps().length;
const codeOf = ({ status, body }: ServiceResponse) => [status, (body as { code?: string }).code];
const get = async (path: string) => (await kit.service.request('GET', path, { token: operator })).body;
const metric = async (name: string) => {
  const { body } = await kit.service.request('GET', '/metrics');
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith(name))
    .map((line) => Number(line.split(' ').at(-1)))
    .reduce((sum, value) => sum + value, 0);
};
const run = (args: readonly string[]) =>
  pinctl([...args, '--json'], { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' });

interface AlarmBody {
  readonly kind: string;
  readonly clientId?: string;
  readonly count: number;
  readonly brakeId?: string;
}
const alarms = async () =>
  ((await get('/v1/admin/alarms?state=open')) as { items: readonly AlarmBody[] }).items;

async function elsewhere(path: string, body: unknown, token = spraying): Promise<ServiceResponse> {
  return await other.request('POST', path, { token, body, headers: { 'x-request-id': randomUUID() } });
}
async function guess(card: KnownCard): Promise<ServiceResponse> {
  const encryptedPin = await kit.encrypt('0002', card);
  return await elsewhere(`/v1/cards/${card.cardId}/pin/validate`, { encryptedPin });
}

/** One wrong PIN a card, as long as it goes. @returns how many were guessed at, and the card that was not */
async function spray(pin: string): Promise<{ readonly guessed: number; readonly spared: KnownCard }> {
  for (let guessed = 0; guessed < CARDS_AT_MOST; guessed += 1) {
    const card = await kit.cardWithPin(pin);
    const answer = await guess(card);
    if (answer.status !== 200) {
      expect(codeOf(answer)).toEqual([503, 'CLIENT_PAUSED']);
      expect(answer.headers['retry-after']).toBe('60');
      return { guessed, spared: card };
    }
    expect(answer.body).toMatchObject({ verified: false });
  }
  throw new Error('nothing has stopped the spray');
}

describe('a spray through the running service', () => {
  const pin = randomPin();
  let spared: KnownCard;

  it('is found and stopped, with nothing spent, and told by a signed event', async () => {
    const found = await spray(pin);
    ({ spared } = found);
    expect(found.guessed).toBeGreaterThan(5);
    expect(await kit.triesRemaining(spared)).toBe(3);
    const open = await alarms();
    expect(open.filter(({ clientId }) => clientId === SPRAYER).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['cards', 'wrong-pins']),
    );
    expect(open.every(({ clientId }) => clientId === SPRAYER || clientId === undefined)).toBe(true);
    await until('all events have arrived', () => receiver.received.length >= open.length + 1);
    const events = await Promise.all(
      receiver.received.map(async ({ body, headers }) => await verifyWebhook({ body, headers }, { secret })),
    );
    const told = events.filter(({ type }) => type === 'security.alarm').map(({ data }) => data);
    expect(told).toContainEqual(
      expect.objectContaining({ state: 'raised', kind: 'cards', clientId: SPRAYER, limit: 5, by: 'alarms' }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'brake.pulled',
        data: expect.objectContaining({ kind: 'client-pins', target: SPRAYER, through: 'pinward' }) as object,
      }),
    );
  });

  it('is paused for all that a client can guess with, and no envelope is opened meanwhile', async () => {
    const otp = await kit.otpFor(spared, 'pin-change');
    const resetOtp = await kit.otpFor(spared, 'pin-reset');
    const revealOtp = await kit.otpFor(spared, 'card-reveal');
    const fresh = await kit.register();
    const [encryptedPin, newPin, first] = [
      await kit.encrypt(pin, spared),
      await kit.encrypt(randomPin(), spared),
      await kit.encrypt(randomPin(), fresh),
    ];
    const path = `/v1/cards/${spared.cardId}`;
    const before = unwraps();
    const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
    for (const answer of [
      await elsewhere(`${path}/pin/validate`, { encryptedPin }),
      await elsewhere(`${path}/pin/change`, { currentPin: encryptedPin, newPin, otp }),
      await elsewhere(`${path}/pin/reset`, { newPin, otp: { ...resetOtp, code: wrong(resetOtp.code) } }),
      await elsewhere(`${path}/reveal`, {
        otp: revealOtp,
        recipientKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' },
      }),
      await elsewhere(`/v1/cards/${fresh.cardId}/pin`, { encryptedPin: first }),
    ])
      expect(codeOf(answer)).toEqual([503, 'CLIENT_PAUSED']);
    expect(unwraps()).toBe(before);
    expect(await kit.triesRemaining(spared)).toBe(3);
    const spent = await owner.query<{ otps: number; ids: number }[]>(
      `SELECT (SELECT count(*)::int FROM one_time_passwords WHERE card_id = $1 AND (status <> 'live' OR wrong_codes > 0)) AS otps,
              (SELECT count(*)::int FROM audit_events WHERE card_id = $1 AND client_id = $2 AND action LIKE 'pin.%') AS ids`,
      [spared.cardId, SPRAYER],
    );
    expect(spent).toEqual([{ otps: 0, ids: 0 }]);
    // Reading, and the codes that a message gateway waits for, go on; so do other clients, and this id in another tenant.
    expect((await elsewhere(`${path}/otp`, { purpose: 'pin-change' })).status).toBe(202);
    expect(await kit.validate(spared, pin)).toMatchObject({ status: 200, body: { verified: true } });
    const elsewhereToken = await kit.identity.tokenFor({
      scopes: SCOPES,
      clientId: SPRAYER,
      tenantId: 'other',
    });
    expect(codeOf(await elsewhere(`${path}/pin/validate`, { encryptedPin }, elsewhereToken))).toEqual([
      404,
      'CARD_NOT_FOUND',
    ]);
  });

  it('shows in metrics, on the command line, in status, and counts nothing twice', async () => {
    const raised = async () => {
      const counts = await Promise.all(
        [kit.service, other].map(async (service) => {
          const { body } = await service.request('GET', '/metrics');
          return [...String(body).matchAll(/^pinward_alarms_raised_total\{kind="[a-z-]+"\} (\d+)$/gm)]
            .map(([, count]) => Number(count))
            .reduce((sum, count) => sum + count, 0);
        }),
      );
      return counts.reduce((sum, count) => sum + count);
    };
    // What was guessed last may still be counted.
    await expect
      .poll(async () => {
        const open = (await alarms()).length;
        return [(await metric('pinward_alarms_open{')) - open, (await raised()) - open];
      })
      .toEqual([0, 0]);
    expect(await metric('pinward_alarm_lag_seconds')).toBeLessThan(60);
    const open = await alarms();
    const listed = await run(['alarms', 'list', '--state', 'open']);
    expect(JSON.parse(listed.stdout)).toHaveLength(open.length);
    expect(
      (await pinctl(['alarms', 'list'], { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' }))
        .stdout,
    ).toMatch(new RegExp(`cards +${SPRAYER} `));
    const status = JSON.parse((await run(['status'])).stdout) as { attention: string[]; alarms: object };
    expect(status.attention).toContainEqual(
      expect.stringMatching(/^alarms: open alarms: .*pinctl alarms list/),
    );
    expect((await kit.service.request('GET', '/health/ready')).body).toMatchObject({
      degraded: expect.not.arrayContaining(['alarms']) as string[],
      alarms: { lagSeconds: expect.any(Number) as number },
    });
  });

  it('goes on when an operator lets it, and the alarm that is still open pauses it no more', async () => {
    const { items } = (await get('/v1/admin/brakes')) as {
      items: readonly { brakeId: string; kind: string }[];
    };
    const [pause, ...more] = items;
    expect([pause?.kind, more]).toEqual(['client-pins', []]);
    const paused = async () => (await alarms()).filter(({ brakeId }) => brakeId === pause?.brakeId).length;
    await until('both alarms know their pause', async () => (await paused()) >= 2);
    const released = await kit.post(
      `/v1/admin/brakes/${pause?.brakeId}/release`,
      { reason: 'it was a test of our own' },
      { token: operator },
    );
    expect(released.status).toBe(200);
    const encryptedPin = await kit.encrypt(pin, spared);
    expect(await elsewhere(`/v1/cards/${spared.cardId}/pin/validate`, { encryptedPin })).toMatchObject({
      status: 200,
      body: { verified: true },
    });
    const counted = async () =>
      (await alarms()).find(({ kind, clientId }) => kind === 'cards' && clientId === SPRAYER)?.count;
    const [before, renewed] = [await counted(), await kit.cardWithPin(pin)];
    expect(before).toBeGreaterThan(5);
    expect((await guess(renewed)).body).toMatchObject({ verified: false });
    await until('the guess is counted', async () => {
      const [row] = await owner.query<{ late: boolean }[]>(
        `SELECT counted_to < (SELECT max(occurred_at) FROM audit_events WHERE card_id = $1) AS late FROM alarm_detection`,
        [renewed.cardId],
      );
      return row?.late === false;
    });
    expect(await get('/v1/admin/brakes')).toMatchObject({ items: [] });
    expect((await guess(renewed)).status).toBe(200);
  });

  it('can be had otherwise: floor and pause are policy', async () => {
    const set = ['policy', 'set', '--alarm-floor', '500', '--alarm-pause', 'false', '--yes'];
    expect(await run([...set, '--reason', 'many clients with many cards'])).toMatchObject({ code: 0 });
    const policy = (await get('/v1/admin/policy')) as { policy: object };
    expect(policy.policy).toMatchObject({ alarmFloor: 500, alarmPause: false });
  });
});
