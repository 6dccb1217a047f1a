import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pinctl } from '../pinctl/run-pinctl.js';
import { ServiceProcess } from '../rigs/service-process.js';
import { FEW_WEAK_PINS } from '../support/few-weak-pins.js';
import { randomPin } from '../support/random-pin.js';
import { ServiceKit, type KnownCard } from './service-kit.js';

let kit: ServiceKit;
let owner: DataSource;
let officer: string;
beforeAll(async () => {
  kit = await ServiceKit.open({ ...FEW_WEAK_PINS, SANDBOX: 'true' });
  owner = await kit.openOwner();
  const scopes = ['ops:read', 'ops:policy'];
  officer = await kit.identity.tokenFor({ scopes, clientId: 'console', subject: 'Ada Lovelace' });
});
afterAll(async () => await kit[Symbol.asyncDispose]());

const change = (pinSetOtp: boolean) =>
  kit.post('/v1/admin/policy', { pinSetOtp, reason: 'first PINs by code' }, { token: officer });
const set = async (card: KnownCard, otp?: object, { pin = randomPin(), token = kit.cardApp } = {}) =>
  await kit.post(
    `/v1/cards/${card.cardId}/pin`,
    { encryptedPin: await kit.encrypt(pin, card), ...(otp === undefined ? {} : { otp }) },
    { token },
  );
const MISSING = { status: 400, body: { code: 'REQUEST_INVALID', errors: [{ pointer: '/otp' }] } };
const DONE = { status: 201, body: { pinStatus: 'active' } };

describe('the rule for first PINs', () => {
  it('is off at first: a PIN is set without a code, and a code that is given counts all the same', async () => {
    expect(await set(await kit.register())).toMatchObject(DONE);
    const card = await kit.register();
    const otp = await kit.otpFor(card, 'pin-set');
    const wrong = { ...otp, code: otp.code === '000000' ? '000001' : '000000' };
    expect(await set(card, wrong)).toMatchObject({
      status: 422,
      body: { code: 'OTP_REJECTED', attemptsRemaining: 2 },
    });
    expect(await set(card, otp)).toMatchObject(DONE);
  });

  it('counts from the change of the policy on, on a replica that cannot have read it yet', async () => {
    const { identity, token, database } = kit;
    await using other = await ServiceProcess.start({
      identity,
      token,
      databaseUrl: database.serviceUrl,
      environment: FEW_WEAK_PINS,
    });
    const card = await kit.register();
    const body = { encryptedPin: await kit.encrypt(randomPin(), card) };
    expect(await change(true)).toMatchObject({ status: 200, body: { policy: { pinSetOtp: true } } });
    const answer = await other.request('POST', `/v1/cards/${card.cardId}/pin`, { token: kit.cardApp, body });
    expect(answer).toMatchObject(MISSING);
    expect(await set(card)).toMatchObject(MISSING);
    const [line] = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE action = 'policy.change' ORDER BY audit_id DESC LIMIT 1",
    );
    expect(JSON.parse(line?.details ?? '')).toMatchObject({ changes: { pinSetOtp: 'false -> true' } });
  });

  it('takes a code for pin-set that the cardholder got, once, and keeps it after a weak PIN', async () => {
    const card = await kit.register();
    expect(await set(card, await kit.otpFor(card, 'pin-reset'))).toMatchObject({
      status: 422,
      body: { code: 'OTP_REJECTED', attemptsRemaining: 0 },
    });
    const otp = await kit.otpFor(card, 'pin-set');
    expect(await set(card, otp, { pin: '1234' })).toMatchObject({ body: { code: 'PIN_TOO_WEAK' } });
    expect(await set(card, otp)).toMatchObject(DONE);
    expect(await set(card, otp)).toMatchObject({ status: 409, body: { code: 'PIN_ALREADY_SET' } });
    const lines = await owner.query<{ details: string }[]>(
      "SELECT details FROM audit_events WHERE card_id = $1 AND action = 'pin.set' ORDER BY audit_id",
      [card.cardId],
    );
    expect(lines.map(({ details }) => JSON.parse(details) as object)).toMatchObject([
      { refusal: 'PIN_TOO_WEAK', otpId: otp.otpId },
      { pinStatus: 'active', otpId: otp.otpId },
    ]);
  });

  it("is a tenant's own where the tenant has one, and no other tenant's", async () => {
    const token = await kit.identity.tokenFor({
      scopes: ['cards:write', 'pin:set'],
      tenantId: 'other',
      clientId: 'other-app',
    });
    const newCard = async () => {
      const { body } = await kit.post('/v1/cards', { cardRef: `ref-${randomUUID()}` }, { token });
      return body as KnownCard;
    };
    expect(await set(await newCard(), undefined, { token })).toMatchObject(MISSING);
    await owner.query("UPDATE tenants SET pin_set_otp = false WHERE tenant_id = 'other'");
    expect(await set(await newCard(), undefined, { token })).toMatchObject(DONE);
    expect(await set(await kit.register())).toMatchObject(MISSING);
  });

  it('is met by the sandbox, with a code that it issues itself', async () => {
    const { status, body } = await kit.post('/v1/cards', { cardRef: `sandbox-active-${randomUUID()}` });
    expect([status, body]).toMatchObject([201, { pinStatus: 'active' }]);
    const card = body as KnownCard;
    expect((await kit.validate(card, '4071')).body).toMatchObject({ verified: true });
    const otps = await owner.query<object[]>(
      'SELECT purpose, status FROM one_time_passwords WHERE card_id = $1',
      [card.cardId],
    );
    expect(otps).toEqual([{ purpose: 'pin-set', status: 'used' }]);
  });

  it('is changed on the command line as well', async () => {
    const environment = { DATABASE_URL: kit.database.serviceUrl, PINWARD_ENV: 'test' };
    const reason = ['--reason', 'first PINs without a code', '--yes'];
    expect(await pinctl(['policy', 'set', '--pin-set-otp', 'false', ...reason], environment)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('pinSetOtp true -> false') as string,
    });
    expect(await set(await kit.register())).toMatchObject(DONE);
    expect((await pinctl(['policy', 'show'], environment)).stdout).toMatch(/^PIN_SET_OTP +false$/m);
  });
});
